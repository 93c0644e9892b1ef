"""An approved ZBS template of three parameters: what a bulletin or an invitation says outside the window. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Template:
    """``params`` are the names of its parameters: number, title and link; or, in an invitation, place, day and link.

    Prices in đồng: by user id, and by telephone number.
    """

    id: str
    params: tuple[str, str, str]
    link: str = ""
    """Where a bulletin without a link of its own leads."""
    price: int = 0
    phone_price: int = 0

    def bulletin(self, about: tuple[str, str, str]) -> tuple[str, str, str]:
        """The values of a bulletin's number, title and link."""
        number, title, link = about
        return number or "–", title, link or self.link

    def data(self, values: tuple[str, str, str]) -> dict[str, str]:
        return {name: value for name, value in zip(self.params, values, strict=True) if name}
