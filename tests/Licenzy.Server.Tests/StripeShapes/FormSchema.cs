using System.Globalization;
using System.Text.Json.Nodes;

namespace Licenzy.Server.Tests.StripeShapes;

/// <summary>Holds a form against Stripe's closed request schema: what the schema does not know, Stripe refuses.</summary>
internal sealed class FormSchema
{
    private readonly List<string> _problems = [];

    /// <summary>Says what is wrong with the fields, <c>line_items[0][price]</c> and the like, under a schema.</summary>
    public static IReadOnlyList<string> Problems(JsonNode schema, IEnumerable<KeyValuePair<string, string>> fields)
    {
        var check = new FormSchema();
        check.Check(check.Nest(fields), schema, "");
        return check._problems;
    }

    private JsonObject Nest(IEnumerable<KeyValuePair<string, string>> fields)
    {
        var root = new JsonObject();
        foreach (var (key, value) in fields)
        {
            var parts = key.Split('[').Select(part => part.TrimEnd(']')).ToArray();
            var place = root;
            foreach (var part in parts[..^1])
                place = (JsonObject)(place[part] ??= new JsonObject());
            if (!place.TryAdd(parts[^1], value))
                _problems.Add($"{key}: sent twice");
        }

        return root;
    }

    private void Check(JsonNode value, JsonNode schema, string path)
    {
        if (schema["anyOf"] is JsonArray choices)
        {
            if (!choices.Any(choice => Fits(value, choice!)))
                _problems.Add($"{path}: none of the allowed shapes");
            return;
        }

        switch ((string?)schema["type"])
        {
            case "object" when value is JsonObject members:
                CheckMembers(members, schema, path);
                break;
            case "array" when value is JsonObject entries && entries.Select(entry => entry.Key).SequenceEqual(Enumerable.Range(0, entries.Count).Select(Text)):
                foreach (var (index, entry) in entries)
                    Check(entry!, schema["items"]!, $"{path}[{index}]");
                break;
            case "string" or "integer" or "number" or "boolean" when value is JsonValue:
                CheckText((string)value!, schema, path);
                break;
            default:
                _problems.Add($"{path}: not of type {schema["type"]}");
                break;
        }
    }

    private void CheckMembers(JsonObject members, JsonNode schema, string path)
    {
        foreach (var name in schema["required"]?.AsArray().Select(name => (string)name!).Where(name => !members.ContainsKey(name)) ?? [])
            _problems.Add($"{path}.{name}: missing");
        foreach (var (name, value) in members)
        {
            var known = schema["properties"]?[name] ?? (schema["additionalProperties"] is JsonObject any ? any : null);
            if (known is null)
                _problems.Add($"{path}.{name}: unknown at Stripe");
            else
                Check(value!, known, $"{path}.{name}");
        }
    }

    private void CheckText(string text, JsonNode schema, string path)
    {
        var fits = (string?)schema["type"] switch
        {
            "integer" => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
            "number" => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _),
            "boolean" => text is "true" or "false",
            _ => true,
        };
        if (!fits)
            _problems.Add($"{path}: '{text}' is no {schema["type"]}");
        if (schema["enum"] is JsonArray words && !words.Any(word => (string?)word == text))
            _problems.Add($"{path}: '{text}' is not one of the words");
        if ((int?)schema["maxLength"] is { } most && text.Length > most)
            _problems.Add($"{path}: longer than {most}");
    }

    private static bool Fits(JsonNode value, JsonNode schema)
    {
        var trial = new FormSchema();
        trial.Check(value, schema, "");
        return trial._problems.Count == 0;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
