"""What services raise; the web kit and the command line turn each into words for a person."""


class AssessError(Exception):
    """The base of every error that is somebody's to mend."""


class NotFound(AssessError):
    """What was asked for does not exist, or not for this organisation."""


class Refused(AssessError):
    """The act is not allowed to this actor, or not in this state."""


class Conflict(AssessError):
    """Somebody else changed the same thing first, or it exists already."""


class Invalid(AssessError):
    """The input is faulty; ``faults`` has one line each, naming its place."""

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults
