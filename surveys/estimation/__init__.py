"""Shares and means from survey samples with their errors, as survey statistics has it. Pure; ``many*`` with numpy."""
