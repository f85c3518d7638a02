"""What a setting is: a value with its default, unit, bounds, help and source."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator


def setting(
    default: Any,
    help: str,  # noqa: A002 - the word that click and the docs use
    *,
    unit: str = "",
    ge: float | None = None,
    le: float | None = None,
    source: str = "",
) -> Any:
    """A field with its unit, its inclusive bounds and, where there is one, the source of its value.

    ge, le: smallest and largest value allowed, in `unit`.
    """
    extra: dict[str, Any] = {"unit": unit, "source": source}
    return Field(default, ge=ge, le=le, description=help, json_schema_extra=extra)


class Section(BaseModel):
    """One table of the config file. Unknown names are refused rather than ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _true_is_no_number(cls, value: Any, info: ValidationInfo) -> Any:
        wanted = cls.model_fields[info.field_name or ""].annotation
        if isinstance(value, bool) and wanted in (int, float):
            raise ValueError(f"{str(value).lower()} is not a number")
        return value
