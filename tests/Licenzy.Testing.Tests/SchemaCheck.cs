using System.Text.Json;
using System.Text.Json.Nodes;

namespace Licenzy.Testing.Tests;

/// <summary>Just enough of JSON Schema for Stripe's: types, required, nullable, enums, references.</summary>
internal sealed class SchemaCheck(JsonObject schemas)
{
    // Stripe's schemas leave out a few members that its events do carry.
    private static readonly string[] Extra = ["total_count"];

    public List<string> Problems { get; } = [];

    public void Check(JsonNode? value, JsonNode schema, string path)
    {
        schema = Resolve(schema);
        if (value is null)
        {
            if ((bool?)schema["nullable"] != true)
                Problems.Add($"{path}: null, but not nullable");
            return;
        }

        if (schema["anyOf"] is JsonArray choices)
        {
            if (!choices.Any(choice => Fits(value, choice!)))
                Problems.Add($"{path}: none of the allowed shapes");
            return;
        }

        if ((string?)schema["type"] is { } type && type != TypeOf(value))
        {
            Problems.Add($"{path}: {TypeOf(value)}, not {type}");
            return;
        }

        if (schema["enum"] is JsonArray words && !words.Any(word => (string?)word == (string?)value))
            Problems.Add($"{path}: '{value}' is not one of the words");
        if (value is JsonObject members)
            CheckObject(members, schema, path);
        if (value is JsonArray items && schema["items"] is { } each)
            Array.ForEach([.. items], item => Check(item, each, $"{path}[]"));
    }

    private void CheckObject(JsonObject members, JsonNode schema, string path)
    {
        foreach (var name in schema["required"]?.AsArray().Select(name => (string)name!) ?? [])
        {
            if (!members.ContainsKey(name))
                Problems.Add($"{path}.{name}: missing");
        }

        // Where a schema was cut down to a reference (id and object), the members are Stripe's all the same.
        if (schema["properties"] is not JsonObject known || known.All(member => member.Key is "id" or "object"))
            return;
        foreach (var (name, value) in members)
        {
            if (known[name] is { } of)
                Check(value, of, $"{path}.{name}");
            else if (!Extra.Contains(name))
                Problems.Add($"{path}.{name}: unknown at Stripe");
        }
    }

    private bool Fits(JsonNode value, JsonNode schema)
    {
        var trial = new SchemaCheck(schemas);
        trial.Check(value, schema, "");
        return trial.Problems.Count == 0;
    }

    private JsonNode Resolve(JsonNode schema) =>
        (string?)schema["$ref"] is { } reference ? schemas[reference.Split('/')[^1]]! : schema;

    private static string TypeOf(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        var kind => kind.ToString().ToLowerInvariant(),
    };
}
