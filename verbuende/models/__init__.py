from verbuende.models.alliances import FactSource, Verbund
from verbuende.models.contacts import Contact
from verbuende.models.members import VerbundMember
from verbuende.models.organisations import Organisation

__all__ = ["Contact", "FactSource", "Organisation", "Verbund", "VerbundMember"]
