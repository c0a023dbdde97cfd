//! Texts in other character encodings, as Base64.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use encoding_rs::Encoding;

use crate::value::Value;

use super::FunctionError;
use super::encoding::decode_base64;
use super::signature::{Function, Outcome, Parameter, argument_error, texts};
use super::text::string;

const TEXT: Parameter = Parameter::TEXT;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::pure("textdecodebase64", &[TEXT, TEXT], textdecodebase64),
    Function::pure("textencodebase64", &[TEXT, TEXT], textencodebase64),
];

/// The encodings that Terraform knows, with all their names in lower case.
const NAMES: &[(Charset, &[&str])] = &[
    (
        Charset::Ascii,
        &[
            "ansi_x3.4-1968",
            "ansi_x3.4-1986",
            "cp367",
            "csascii",
            "ibm367",
            "iso-ir-6",
            "iso646-us",
            "iso_646.irv:1991",
            "us",
            "us-ascii",
        ],
    ),
    (Charset::Standard("utf-8"), &["csutf8", "utf-8"]),
    (
        Charset::Utf16 {
            little: false,
            mark: true,
        },
        &["csutf16", "utf-16"],
    ),
    (
        Charset::Utf16 {
            little: false,
            mark: false,
        },
        &["csutf16be", "utf-16be"],
    ),
    (
        Charset::Utf16 {
            little: true,
            mark: false,
        },
        &["csutf16le", "utf-16le"],
    ),
    (
        Charset::Other,
        &[
            "437",
            "850",
            "852",
            "855",
            "860",
            "862",
            "863",
            "865",
            "ccsid00858",
            "ccsid01140",
            "cp00858",
            "cp01140",
            "cp037",
            "cp437",
            "cp850",
            "cp852",
            "cp855",
            "cp860",
            "cp862",
            "cp863",
            "cp865",
            "csibm00858",
            "csibm01140",
            "csibm037",
            "csibm1047",
            "csibm855",
            "csibm860",
            "csibm863",
            "csibm865",
            "csiso88596e",
            "csiso88596i",
            "csiso88598e",
            "csiso88598i",
            "csisolatin5",
            "cspc850multilingual",
            "cspc862latinhebrew",
            "cspc8codepage437",
            "cspcp852",
            "ebcdic-cp-ca",
            "ebcdic-cp-nl",
            "ebcdic-cp-us",
            "ebcdic-cp-wt",
            "ebcdic-us-37+euro",
            "hz-gb-2312",
            "ibm-1047",
            "ibm00858",
            "ibm01140",
            "ibm037",
            "ibm1047",
            "ibm437",
            "ibm850",
            "ibm852",
            "ibm855",
            "ibm860",
            "ibm862",
            "ibm863",
            "ibm865",
            "iso-8859-6-e",
            "iso-8859-6-i",
            "iso-8859-8-e",
            "iso-8859-8-i",
            "iso-8859-9",
            "iso-ir-148",
            "iso_8859-6-e",
            "iso_8859-6-i",
            "iso_8859-8-e",
            "iso_8859-8-i",
            "iso_8859-9",
            "iso_8859-9:1989",
            "l5",
            "latin5",
            "pc-multilingual-850+euro",
        ],
    ),
    (
        Charset::Standard("ibm866"),
        &["866", "cp866", "csibm866", "ibm866"],
    ),
    (
        Charset::Latin1,
        &[
            "cp819",
            "csisolatin1",
            "ibm819",
            "iso-8859-1",
            "iso-ir-100",
            "iso_8859-1",
            "iso_8859-1:1987",
            "l1",
            "latin1",
        ],
    ),
    (
        Charset::Standard("iso-8859-2"),
        &[
            "csisolatin2",
            "iso-8859-2",
            "iso-ir-101",
            "iso_8859-2",
            "iso_8859-2:1987",
            "l2",
            "latin2",
        ],
    ),
    (
        Charset::Standard("iso-8859-3"),
        &[
            "csisolatin3",
            "iso-8859-3",
            "iso-ir-109",
            "iso_8859-3",
            "iso_8859-3:1988",
            "l3",
            "latin3",
        ],
    ),
    (
        Charset::Standard("iso-8859-4"),
        &[
            "csisolatin4",
            "iso-8859-4",
            "iso-ir-110",
            "iso_8859-4",
            "iso_8859-4:1988",
            "l4",
            "latin4",
        ],
    ),
    (
        Charset::Standard("iso-8859-5"),
        &[
            "csisolatincyrillic",
            "cyrillic",
            "iso-8859-5",
            "iso-ir-144",
            "iso_8859-5",
            "iso_8859-5:1988",
        ],
    ),
    (
        Charset::Standard("iso-8859-6"),
        &[
            "arabic",
            "asmo-708",
            "csisolatinarabic",
            "ecma-114",
            "iso-8859-6",
            "iso-ir-127",
            "iso_8859-6",
            "iso_8859-6:1987",
        ],
    ),
    (
        Charset::Standard("iso-8859-7"),
        &[
            "csisolatingreek",
            "ecma-118",
            "elot_928",
            "greek",
            "greek8",
            "iso-8859-7",
            "iso-ir-126",
            "iso_8859-7",
            "iso_8859-7:1987",
        ],
    ),
    (
        Charset::Standard("iso-8859-8"),
        &[
            "csisolatinhebrew",
            "hebrew",
            "iso-8859-8",
            "iso-ir-138",
            "iso_8859-8",
            "iso_8859-8:1988",
        ],
    ),
    (
        Charset::Standard("iso-8859-10"),
        &[
            "csisolatin6",
            "iso-8859-10",
            "iso-ir-157",
            "iso_8859-10:1992",
            "l6",
            "latin6",
        ],
    ),
    (
        Charset::Standard("iso-8859-13"),
        &["csiso885913", "iso-8859-13"],
    ),
    (
        Charset::Standard("iso-8859-14"),
        &[
            "csiso885914",
            "iso-8859-14",
            "iso-celtic",
            "iso-ir-199",
            "iso_8859-14",
            "iso_8859-14:1998",
            "l8",
            "latin8",
        ],
    ),
    (
        Charset::Standard("iso-8859-15"),
        &["csiso885915", "iso-8859-15", "iso_8859-15", "latin-9"],
    ),
    (
        Charset::Standard("iso-8859-16"),
        &[
            "csiso885916",
            "iso-8859-16",
            "iso-ir-226",
            "iso_8859-16",
            "iso_8859-16:2001",
            "l10",
            "latin10",
        ],
    ),
    (Charset::Standard("koi8-r"), &["cskoi8r", "koi8-r"]),
    (Charset::Standard("koi8-u"), &["cskoi8u", "koi8-u"]),
    (
        Charset::Standard("macintosh"),
        &["csmacintosh", "mac", "macintosh"],
    ),
    (
        Charset::Standard("windows-874"),
        &["cswindows874", "windows-874"],
    ),
    (
        Charset::Standard("windows-1250"),
        &["cswindows1250", "windows-1250"],
    ),
    (
        Charset::Standard("windows-1251"),
        &["cswindows1251", "windows-1251"],
    ),
    (
        Charset::Standard("windows-1252"),
        &["cswindows1252", "windows-1252"],
    ),
    (
        Charset::Standard("windows-1253"),
        &["cswindows1253", "windows-1253"],
    ),
    (
        Charset::Standard("windows-1254"),
        &["cswindows1254", "windows-1254"],
    ),
    (
        Charset::Standard("windows-1255"),
        &["cswindows1255", "windows-1255"],
    ),
    (
        Charset::Standard("windows-1256"),
        &["cswindows1256", "windows-1256"],
    ),
    (
        Charset::Standard("windows-1257"),
        &["cswindows1257", "windows-1257"],
    ),
    (
        Charset::Standard("windows-1258"),
        &["cswindows1258", "windows-1258"],
    ),
    (
        Charset::Standard("euc-jp"),
        &[
            "cseucpkdfmtjapanese",
            "euc-jp",
            "extended_unix_code_packed_format_for_japanese",
        ],
    ),
    (
        Charset::Standard("iso-2022-jp"),
        &["csiso2022jp", "iso-2022-jp"],
    ),
    (
        Charset::Standard("shift_jis"),
        &["csshiftjis", "ms_kanji", "shift_jis"],
    ),
    (Charset::Standard("euc-kr"), &["cseuckr", "euc-kr"]),
    (Charset::Standard("gb18030"), &["csgb18030", "gb18030"]),
    (
        Charset::Standard("gbk"),
        &["cp936", "csgbk", "gbk", "ms936", "windows-936"],
    ),
    (Charset::Standard("big5"), &["big5", "csbig5"]),
];

#[derive(Clone, Copy)]
enum Charset {
    /// The first 128 characters.
    Ascii,
    /// The first 256 characters.
    Latin1,
    Utf16 {
        little: bool,
        mark: bool,
    },
    /// By its name in the Encoding Standard.
    Standard(&'static str),
    /// One that Terraform knows, but not this program.
    Other,
}

fn charset(name: &str) -> Result<Charset, FunctionError> {
    let lower = name.trim().to_lowercase();
    NAMES
        .iter()
        .find(|(_, names)| names.contains(&lower.as_str()))
        .map(|(charset, _)| *charset)
        .ok_or_else(|| {
            argument_error(
                1,
                format!("{name:?} is not a supported IANA encoding name or alias"),
            )
        })
}

fn not_here(name: &str) -> Value {
    Value::unknown(format!("the encoding `{name}` is not known here"))
}

fn textencodebase64(arguments: &[Value]) -> Outcome {
    let [text, name] = texts(arguments)?;
    let charset = charset(name)?;
    if matches!(charset, Charset::Other) {
        return Ok(not_here(name));
    }
    let bytes = encode(charset, text).ok_or_else(|| {
        let message =
            format!("the given string contains characters that cannot be represented in {name}");
        argument_error(0, message)
    })?;
    Ok(STANDARD.encode(bytes).into())
}

fn encode(charset: Charset, text: &str) -> Option<Vec<u8>> {
    match charset {
        Charset::Ascii => text.is_ascii().then(|| text.as_bytes().to_vec()),
        Charset::Latin1 => text
            .chars()
            .map(|c| u8::try_from(u32::from(c)).ok())
            .collect(),
        Charset::Utf16 { little, mark } => {
            let mark = (mark && !text.is_empty()).then_some(0xfeff);
            let units = mark.into_iter().chain(text.encode_utf16());
            let bytes = units.flat_map(|unit| {
                if little {
                    unit.to_le_bytes()
                } else {
                    unit.to_be_bytes()
                }
            });
            Some(bytes.collect())
        }
        Charset::Standard(label) => {
            let encoding = Encoding::for_label(label.as_bytes())?;
            let (bytes, _, replaced) = encoding.encode(text);
            (!replaced && !has_undefined(label, text)).then(|| bytes.into_owned())
        }
        Charset::Other => None,
    }
}

/// Whether a text has what the Encoding Standard puts where Windows has nothing: control characters.
fn has_undefined(label: &str, text: &str) -> bool {
    label.starts_with("windows-") && text.contains(|c| matches!(c, '\u{80}'..='\u{9f}'))
}

fn textdecodebase64(arguments: &[Value]) -> Outcome {
    let [source, name] = texts(arguments)?;
    let charset = charset(name)?;
    if matches!(charset, Charset::Other) {
        return Ok(not_here(name));
    }
    let bytes = decode_base64(source)
        .ok_or_else(|| argument_error(0, "the given value has an invalid base64 symbol"))?;
    let text = decode(charset, &bytes)
        .filter(|text| !text.contains(char::REPLACEMENT_CHARACTER))
        .ok_or_else(|| {
            let message =
                format!("the given string contains symbols that are not defined for {name}");
            argument_error(0, message)
        })?;
    Ok(string(&text))
}

fn decode(charset: Charset, bytes: &[u8]) -> Option<String> {
    match charset {
        Charset::Ascii => String::from_utf8(bytes.to_vec())
            .ok()
            .filter(|text| text.is_ascii()),
        Charset::Latin1 => Some(bytes.iter().copied().map(char::from).collect()),
        Charset::Utf16 { little, mark } => {
            let (bytes, little) = match bytes {
                [0xff, 0xfe, rest @ ..] if mark => (rest, true),
                [0xfe, 0xff, rest @ ..] if mark => (rest, false),
                bytes => (bytes, little),
            };
            let (pairs, rest) = bytes.as_chunks();
            let units = pairs.iter().map(|pair| {
                if little {
                    u16::from_le_bytes(*pair)
                } else {
                    u16::from_be_bytes(*pair)
                }
            });
            let text: Result<String, _> = char::decode_utf16(units).collect();
            text.ok().filter(|_| rest.is_empty())
        }
        Charset::Standard(label) => {
            let encoding = Encoding::for_label(label.as_bytes())?;
            let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
            (!has_undefined(label, &text)).then(|| text.into_owned())
        }
        Charset::Other => None,
    }
}
