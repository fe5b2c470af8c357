using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Licenzy.Json;

/// <summary>Times on the wire: ISO 8601 in UTC with <c>Z</c>, a fraction only where there is one. Anything else is refused.</summary>
internal sealed class UtcConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String
            && reader.TryGetDateTimeOffset(out var value)
            && reader.GetString() is { } text && text[text.Length - 1] == 'Z')
        {
            return value;
        }

        throw new JsonException("A time must be ISO 8601 in UTC, such as 2026-11-30T12:00:00Z.");
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture));
}
