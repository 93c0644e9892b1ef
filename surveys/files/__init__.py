"""Reports of a survey as files: one module a format, the sentences of all of them in ``words``."""
