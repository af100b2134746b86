"""What can go wrong while the demo city is built."""

from jutong.kernel.errors import ErrorKind, JutongError


class ScaleInvalid(JutongError):
    code = "demo.scale_invalid"
    zh = "演示城市的规模必须在 {minimum} 到 {maximum} 之间（1 = 2 万人）。请修改 --scale 后重试。"
    en = (
        "The scale of the demo city must be from {minimum} to {maximum} (1 = 20,000 persons). Change --scale."
    )


class FolderMissing(JutongError):
    code = "demo.folder_missing"
    kind = ErrorKind.NOT_FOUND
    zh = "找不到文件夹 {folder}。请检查 --real 后面的路径，并确认可以读取。"
    en = "The folder {folder} is not there. Check the path after --real and that it can be read."


class CityMissing(JutongError):
    code = "demo.city_missing"
    kind = ErrorKind.NOT_FOUND
    zh = "数据目录里还没有演示城市。请先运行 jutong demo（或 make demo）。"
    en = "There is no demo city in the data home yet. Run jutong demo (or make demo) first."


class HomeShared(JutongError):
    code = "demo.home_shared"
    kind = ErrorKind.CONFLICT
    zh = "这个数据目录在建演示城市之前已有内容，不能整体清除。请用 JUTONG_HOME 换一个空目录再建演示城市。"
    en = "This data home held something before the demo was built, so it is not erased. Choose another JUTONG_HOME."
