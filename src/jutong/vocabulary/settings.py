"""Files by which a city keeps the facts of the field up to date without a release."""

from dataclasses import dataclass

from jutong.kernel.settings import Settings, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class VocabularySettings(Settings):
    holidays: str = setting(
        "JUTONG_HOLIDAYS",
        default="",
        zh="放假安排补充文件（.json 或 .csv）的路径；文件中出现的年份整年以文件为准",
        en="Path of a holiday file (.json or .csv); a year that occurs in it is taken from it as a whole",
    )
    time_limits: str = setting(
        "JUTONG_TIME_LIMITS",
        default="",
        zh="办理时限补充文件（.toml）的路径；按编号覆盖或增加时限",
        en="Path of a time-limit file (.toml); replaces or adds limits by their code",
    )
