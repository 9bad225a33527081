"""Who is not let in."""
from ..verdict import Difference
from .answers import NO_PAGE, refused

CHALLENGE = {"Www-Authenticate": 'Bearer realm="silly-realm",service="silly-service"'}
STRANGER = {**refused(401, "UNAUTHORIZED"), **CHALLENGE}

AUTH = [
    Difference("auth-options", ("auth: a stranger, OPTIONS of *",), {"status": 200, "Allow": "GET, HEAD"}, STRANGER),
    Difference("auth-unknown-paths", ("auth: a stranger, no resource", "auth: a stranger, a name that is none"), STRANGER,
               NO_PAGE),
]
