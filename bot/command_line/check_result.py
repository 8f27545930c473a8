"""One result of `doctor`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CheckResult:
    """ok: nothing to do. Otherwise the text says what to do."""

    ok: bool
    text: str

    @property
    def line(self) -> str:
        return f"{'OK   ' if self.ok else 'CHECK'}  {self.text}"
