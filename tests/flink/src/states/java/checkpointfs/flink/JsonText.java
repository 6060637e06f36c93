// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.HexFormat;

/** The JSON of single values: strings, numbers, times, bytes. */
final class JsonText {
    private static final long DAY_MS = 86_400_000;

    private JsonText() {}

    /** With an escape for each control character, each character that reorders text, and each half of a surrogate pair. */
    static String string(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                out.append(c).append(text.charAt(++i));
            } else {
                out.append(escaped(c));
            }
        }
        return out.append('"').toString();
    }

    private static String escaped(char c) {
        return switch (c) {
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            case '\b' -> "\\b";
            case '\f' -> "\\f";
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> isHidden(c) ? String.format("\\u%04x", (int) c) : String.valueOf(c);
        };
    }

    private static boolean isHidden(char c) {
        return c < 0x20 || c >= 0x7F && c < 0xA0 || c == 0x61C || c == 0x200E || c == 0x200F || c >= 0x2028 && c <= 0x202E
                || c >= 0x2066 && c <= 0x2069 || Character.isSurrogate(c);
    }

    static String bytes(byte[] bytes) {
        return "\"0x" + HexFormat.of().formatHex(bytes) + "\"";
    }

    static String number(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return "\"" + value + "\"";
        }
        return value == 0 ? zero(1 / value < 0) : shortest(new BigDecimal(value), digits -> digits.doubleValue() == value);
    }

    static String number(float value) {
        if (Float.isNaN(value) || Float.isInfinite(value)) {
            return "\"" + value + "\"";
        }
        return value == 0 ? zero(1 / value < 0) : shortest(new BigDecimal(value), digits -> digits.floatValue() == value);
    }

    private static String zero(boolean isNegative) {
        return isNegative ? "-0" : "0";
    }

    private interface Check {
        boolean isTheSame(BigDecimal rounded);
    }

    /** The fewest digits that give the same number, as C++'s to_chars writes them: without exponent unless that is longer. */
    private static String shortest(BigDecimal exact, Check check) {
        BigDecimal rounded = exact;
        for (int precision = 1; precision <= 17; precision++) {
            rounded = exact.round(new MathContext(precision, RoundingMode.HALF_EVEN));
            if (check.isTheSame(rounded)) {
                break;
            }
        }
        rounded = rounded.stripTrailingZeros();
        String digits = rounded.unscaledValue().abs().toString();
        int exponent = digits.length() - 1 - rounded.scale();
        String scientific = digits.charAt(0) + (digits.length() > 1 ? "." + digits.substring(1) : "")
                + String.format("e%s%02d", exponent < 0 ? "-" : "+", Math.abs(exponent));
        String plain = rounded.abs().toPlainString();
        return (exact.signum() < 0 ? "-" : "") + (plain.length() <= scientific.length() ? plain : scientific);
    }

    static String bigInteger(BigInteger value) {
        return "\"" + value + "\"";
    }

    static String bigDecimal(BigDecimal value) {
        if (value.scale() >= 0 && value.scale() <= 100) {
            return "\"" + value.toPlainString() + "\"";
        }
        return "\"" + value.unscaledValue() + "E" + -(long) value.scale() + "\"";
    }

    static String instant(Instant value) {
        return "\"" + plain(LocalDateTime.ofEpochSecond(value.getEpochSecond(), value.getNano(), java.time.ZoneOffset.UTC)) + "Z\"";
    }

    static String date(LocalDate value) {
        return "\"" + value + "\"";
    }

    static String time(LocalTime value) {
        return "\"" + plain(value) + "\"";
    }

    static String dateTime(LocalDateTime value) {
        return "\"" + plain(value) + "\"";
    }

    static String sqlDate(long millis) {
        return millis % DAY_MS == 0 ? date(LocalDate.ofEpochDay(millis / DAY_MS)) : instant(Instant.ofEpochMilli(millis));
    }

    static String sqlTime(long millis) {
        boolean isOfDay = millis >= 0 && millis < DAY_MS;
        return isOfDay ? time(LocalTime.ofNanoOfDay(millis * 1_000_000)) : instant(Instant.ofEpochMilli(millis));
    }

    private static String plain(LocalDateTime value) {
        return value.toLocalDate() + "T" + plain(value.toLocalTime());
    }

    /** Java leaves out seconds that are zero. */
    private static String plain(LocalTime value) {
        String text = value.toString();
        return text.length() == 5 ? text + ":00" : text;
    }
}
