"""Documents, signatures, and the register of what is sent out."""
