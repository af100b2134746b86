"""Drop folders (投递文件夹) below the sources folder, with a file a day."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jutong.dataflow.connectors.dated_files import DatedFile, ListedFile
from jutong.dataflow.connectors.errors import FileMissing, OptionInvalid, PathOutside
from jutong.dataflow.connectors.kinds import KindSpec, Place
from jutong.dataflow.connectors.options import text_option
from jutong.dataflow.connectors.paths import file_inside
from jutong.dataflow.connectors.place_errors import FileChanging
from jutong.dataflow.connectors.placed_files import FILE_OPTIONS, PATTERN, QUIET, DailyFiles, LocalFile
from jutong.dataflow.connectors.protocol import OptionSpec
from jutong.dataflow.connectors.settings import ReadLimits
from jutong.vocabulary.catalogue import FormatClass


class FolderConnector(DailyFiles):
    """The files of a folder; they are read where they lie."""

    kind = "folder"
    spec = KindSpec(
        kind=kind,
        zh="投递文件夹",
        en="Drop folder",
        place=Place.FOLDER,
        options=(
            OptionSpec(
                name="path",
                zh="文件夹",
                en="Folder",
                required=True,
                hint_zh="数据源文件夹下的文件夹，以部门代码开头。",
                hint_en="A folder below the sources folder; it starts with the department's code.",
            ),
            PATTERN,
            QUIET,
            *FILE_OPTIONS,
        ),
        capabilities=DailyFiles.capabilities,
        format_class=FormatClass.SPREADSHEET,
        format="csv",
        tested_zh="杭州商品房成交 194 个真实的每日文件",
        tested_en="The 194 real daily files of Hangzhou's housing sales.",
    )

    def __init__(self, options: Mapping[str, Any], *, root: Path, limits: ReadLimits) -> None:
        self.spec.refuse_unknown(options)
        super().__init__(_Folder(root, _folder(root, options)), options, limits=limits)


class _Folder:
    def __init__(self, root: Path, folder: Path) -> None:
        self._root, self._folder = root, folder

    def listed(self) -> Iterator[ListedFile]:
        for entry in self._folder.iterdir():
            if entry.is_file():
                yield _listed(entry)

    def fetched(self, file: DatedFile) -> LocalFile:
        path = str(self._folder.relative_to(self._root.resolve()) / file.name)
        file_inside(self._root, path)
        return LocalFile(root=self._root, path=path)

    def require_unchanged(self, file: DatedFile) -> None:
        entry = self._folder / file.name
        if not entry.is_file() or _listed(entry).mark != file.mark:
            raise FileChanging(name=file.name)


def _listed(entry: Path) -> ListedFile:
    known = entry.stat()
    return ListedFile(
        name=entry.name,
        size=known.st_size,
        changed=known.st_mtime,
        mark=f"{known.st_size}:{known.st_mtime_ns}",
    )


def _folder(root: Path, options: Mapping[str, Any]) -> Path:
    """The folder that the option names; neither `..` nor a link leads out of a department's own.

    Raises:
        PathOutside, FileMissing, OptionInvalid
    """
    given = text_option(options, "path")
    if not given:
        raise OptionInvalid(option="path", reason_zh="缺少文件夹路径", reason_en="a folder's path is missing")
    base = root.resolve()
    try:
        folder = (base / given).resolve()
    except (OSError, RuntimeError) as error:
        raise PathOutside from error
    if not folder.is_relative_to(base / Path(given).parts[0]) or not folder.is_relative_to(base):
        raise PathOutside
    if not folder.is_dir():
        raise FileMissing(name=Path(given).name)
    return folder
