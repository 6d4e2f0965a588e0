"""One class per warehouse: names, types, the typing of functions and operators, statement shapes. Pure."""
