"""Pure rules of the directory and of referrals."""
