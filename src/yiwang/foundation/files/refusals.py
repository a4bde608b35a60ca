"""Why a file is not taken, in plain words."""

REASONS = {
    "empty": ("这个文件是空的，请重新选择文件。", "This file is empty. Choose the file again."),
    "too_large": ("文件太大，请不要超过 {limit} MB。", "The file is too large. It must be {limit} MB or smaller."),
    "type": (
        "不支持这种文件。可以上传 PDF、OFD、JPG、PNG、WEBP、DOCX 或 XLSX 文件。",
        "We cannot take this kind of file. Upload a PDF, OFD, JPG, PNG, WEBP, DOCX or XLSX file.",
    ),
    "damaged": ("文件已损坏或不完整，请重新导出或拍摄后再上传。", "The file is damaged or incomplete. Make it again and upload it."),
    "mixed": (
        "文件里夹带了其他类型的内容，不能接收。请重新导出后再上传。",
        "The file has content of another kind hidden in it. Export it again and upload it.",
    ),
    "picture_too_large": (
        "图片尺寸太大，请缩小后再上传，或者改用普通拍照模式。",
        "The picture has too many pixels. Make it smaller, or take it in the normal photo mode.",
    ),
    "animated": ("不能上传动图，请换成普通图片。", "Moving pictures cannot be uploaded. Use a still picture."),
    "unpacks_too_large": ("文件展开后太大，请拆成几个文件再上传。", "The file unpacks to too much. Split it into several files."),
    "active": (
        "文件里有宏、脚本或程序，不能接收。请另存为不含宏的文件。",
        "The file contains macros, scripts or programs. Save it without them and upload it.",
    ),
    "password": ("文件设有密码，请去掉密码后再上传。", "The file has a password. Remove the password and upload it."),
}  # fmt: skip
"""code → (Chinese, English)."""


class FileRefused(Exception):
    """A file is not taken. `code` is a key of `REASONS`; `zh` and `en` tell the person what to do."""

    def __init__(self, code: str, **details: object) -> None:
        self.code = code
        self.zh, self.en = (text.format(**details) for text in REASONS[code])
        super().__init__(f"{code}: {self.en}")
