using System.Text;
using System.Text.Json;

namespace Licenzy.Server.Storage;

/// <summary>Many rows as one parameter, see <see cref="Dialect.Rows"/>: texts, whole numbers and nulls.</summary>
internal static class RowsJson
{
    public static string Of<T>(IEnumerable<T> rows, params Func<T, object?>[] cells)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartArray();
            foreach (var row in rows)
            {
                json.WriteStartArray();
                foreach (var cell in cells)
                    Write(json, cell(row));
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    private static void Write(Utf8JsonWriter json, object? cell)
    {
        switch (cell)
        {
            case null: json.WriteNullValue(); break;
            case string text: json.WriteStringValue(text); break;
            case long number: json.WriteNumberValue(number); break;
            default: throw new ArgumentException($"A {cell.GetType().Name} has no column.", nameof(cell));
        }
    }
}
