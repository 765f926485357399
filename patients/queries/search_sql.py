"""The SQL of the search: one frame, HITS, around one way to choose, CHOICES.

Each way names the index it reads in its test. The fragments are ours; every value is a parameter.
"""

from patients.queries.scope import SCOPE_SQL

HITS = """
WITH hit AS MATERIALIZED ({choose})
SELECT p.id, p.public_id, p.given, p.family, p.mrn, p.birth_date, p.sex,
  p.deceased_at IS NOT NULL, p.name_norm, coalesce(u.name, ''), coalesce(s.bed, ''),
  CASE WHEN h.matched = p.mrn THEN '' ELSE h.matched END,
  EXISTS (SELECT 1 FROM patients_patient o
    WHERE o.organization_id = p.organization_id AND o.like_key = p.like_key AND o.id <> p.id
    AND o.merged_into_id IS NULL AND (%(sees_all)s OR EXISTS (
      SELECT 1 FROM patients_assignment oa WHERE oa.patient_id = o.id AND oa.ends_at IS NULL
      AND oa.team_id = ANY(%(team_ids)s))))
FROM hit h JOIN patients_patient p ON p.id = h.id
LEFT JOIN LATERAL (SELECT unit_id, bed FROM patients_stay
  WHERE patient_id = p.id AND status IN ('arrived', 'triaged', 'in-progress', 'onleave')
  ORDER BY admitted_at DESC LIMIT 1) s ON true
LEFT JOIN access_unit u ON u.id = s.unit_id
ORDER BY h.rank, p.name_norm, p.id
"""
AFTER = "AND (p.name_norm, p.id) > (%(after_name)s, %(after_id)s)"
CHOICES = {
    "mrn": """
SELECT p.id, 0 AS rank, min(i.value) AS matched
FROM patients_identifier i JOIN patients_patient p ON p.id = i.patient_id
WHERE i.organization_id = %(organization_id)s AND i.value_norm = ANY(%(numbers)s)
  AND p.merged_into_id IS NULL AND {scope}
GROUP BY p.id LIMIT %(limit)s""",
    "birth date": """
SELECT p.id, 0 AS rank, '' AS matched FROM patients_patient p
WHERE p.birth_date = ANY(%(birth_dates)s) AND {words} AND p.merged_into_id IS NULL
  AND {scope} {after} ORDER BY p.name_norm, p.id LIMIT %(limit)s""",
    "prefix": """
SELECT p.id, 0 AS rank, '' AS matched FROM patients_patient p
WHERE p.name_norm LIKE %(prefix)s AND p.merged_into_id IS NULL
  AND {scope} {after} ORDER BY p.name_norm, p.id LIMIT %(limit)s""",
    "words": """
SELECT p.id, 0 AS rank, '' AS matched FROM patients_patient p
WHERE {words} AND p.merged_into_id IS NULL
  AND {scope} {after} ORDER BY p.name_norm, p.id LIMIT %(limit)s""",
    "similar": """
SELECT p.id, 1 - similarity(p.name_norm, %(name)s) AS rank, '' AS matched FROM patients_patient p
WHERE {born} AND similarity(p.name_norm, %(name)s) > %(alike)s AND p.merged_into_id IS NULL
  AND {scope} ORDER BY rank, p.name_norm, p.id LIMIT %(limit)s""",
    "phone": """
SELECT p.id, 0 AS rank, min(n.name) AS matched FROM (
  SELECT id, '' AS name FROM patients_patient
  WHERE organization_id = %(organization_id)s AND phone = %(phone)s
  UNION ALL
  SELECT patient_id, name || coalesce(nullif(', ' || relation, ', '), '')
  FROM patients_contactperson WHERE organization_id = %(organization_id)s AND ended_at IS NULL
    AND (phone = %(phone)s OR other_phone = %(phone)s)
) n JOIN patients_patient p ON p.id = n.id WHERE p.merged_into_id IS NULL AND {scope}
GROUP BY p.id LIMIT %(limit)s""",
    "like": """
SELECT p.id, 0 AS rank, '' AS matched FROM patients_patient p
WHERE p.like_key = %(like_key)s AND p.id <> %(self)s AND p.merged_into_id IS NULL AND {scope}
ORDER BY p.name_norm, p.id LIMIT %(limit)s""",
    "twins": """
SELECT p.id, min(t.rank) AS rank, '' AS matched FROM (
  SELECT id, 0 AS rank FROM patients_patient WHERE birth_date = %(born)s
    AND organization_id = %(organization_id)s AND similarity(name_norm, %(name)s) > %(alike)s
  UNION ALL
  SELECT id, 1 FROM patients_patient
  WHERE organization_id = %(organization_id)s AND like_key = %(like_key)s
  UNION ALL
  SELECT id, 2 FROM patients_patient
  WHERE organization_id = %(organization_id)s AND phone = %(phone)s AND phone <> ''
) t JOIN patients_patient p ON p.id = t.id WHERE p.merged_into_id IS NULL AND {scope}
GROUP BY p.id ORDER BY min(t.rank), p.id LIMIT %(limit)s""",
    "all": """
SELECT p.id, 0 AS rank, '' AS matched FROM patients_patient p
WHERE p.merged_into_id IS NULL
  AND {scope} {after} ORDER BY p.name_norm, p.id LIMIT %(limit)s""",
}
IN_SCOPE = """
SELECT count(*) FROM (SELECT 1 FROM patients_patient p WHERE {scope} LIMIT %(n)s) x
""".replace("{scope}", SCOPE_SQL)
WORDS = "to_tsvector('simple', coalesce(p.name_norm, '')) @@ to_tsquery('simple', %(query)s)"


def statement(choice: str, *, words: str = "true", born: str = "true", after: bool = False) -> str:
    """Return the SQL of one of CHOICES, made of our own fragments only."""
    choose = CHOICES[choice].format(
        scope=SCOPE_SQL, words=words, born=born, after=AFTER if after else ""
    )
    return HITS.format(choose=choose)
