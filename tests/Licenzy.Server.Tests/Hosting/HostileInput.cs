using System.Text;
using System.Text.Json.Nodes;

namespace Licenzy.Server.Tests.Hosting;

/// <summary>One way to send a request wrong.</summary>
/// <param name="Name">What is wrong with it.</param>
/// <param name="Body">The bytes.</param>
/// <param name="Headers">Headers instead of <c>Content-Type: application/json</c>.</param>
/// <param name="Field">The member that is to blame, where one is.</param>
/// <param name="Status">The answer's status.</param>
public sealed record HostileInput(string Name, byte[] Body, string[] Headers, string? Field = null, int Status = 400)
{
    private static readonly string[] Json = ["Content-Type: application/json"];

    /// <summary>Everything that is wrong whatever the route takes.</summary>
    public static IEnumerable<HostileInput> Bodies(JsonObject valid)
    {
        var text = valid.ToJsonString();
        var first = valid.OrderByDescending(member => member.Value?.GetValueKind() == System.Text.Json.JsonValueKind.String).First().Key;
        foreach (var (name, body) in new[]
        {
            ("null", "null"), ("array", $"[{text}]"), ("string", "\"text\""), ("number", "5"), ("true", "true"), ("not a number", "NaN"),
            ("empty", ""), ("white space", " \r\n\t"), ("trailing data", text + "{}"), ("trailing letter", text + "x"), ("truncated", text[..^1]),
            ("trailing comma", text[..^1] + ",}"), ("comment", text + "// no"), ("single quotes", text.Replace('"', '\'')), ("BOM", "\ufeff" + text),
            ("depth 17", text[..^1] + ",\"deep\":" + new string('[', 16) + new string(']', 16) + "}"), ("U+0000 after it", text + "\0"),
        })
            yield return new HostileInput(name, Encoding.UTF8.GetBytes(body), Json);

        yield return new HostileInput("UTF-16", Encoding.Unicode.GetBytes(text), Json);
        yield return new HostileInput("invalid UTF-8", [.. Encoding.UTF8.GetBytes(text[..^1] + ",\"x\":\""), 0xc3, 0x28, .. "\"}"u8], Json);
        yield return new HostileInput("duplicate member", Raw(text[..^1] + $",\"{first}\":{valid[first]!.ToJsonString()}}}"), Json, first);
        yield return new HostileInput("duplicate member, escaped", Raw(text[..^1] + $",\"\\u{(int)first[0]:x4}{first[1..]}\":\"x\"}}"), Json, first);
        yield return new HostileInput("unknown member", Raw(text[..^1] + ",\"workspace_id\":\"ws_1\"}"), Json, "workspace_id");
        yield return new HostileInput("other case", Raw(text[..^1] + $",\"{first.ToUpperInvariant()}\":\"x\"}}"), Json, first.ToUpperInvariant());
        yield return new HostileInput("U+0000", Raw(Replace(valid, first, "\"a\\u0000b\"")), Json, first);
        yield return new HostileInput("lone surrogate", Raw(Replace(valid, first, "\"a\\ud800b\"")), Json, first);
        yield return new HostileInput("U+0000 in a name", Raw(text[..^1] + ",\"a\\u0000\":1}"), Json, "body");
        yield return new HostileInput("lone surrogate in a name", Raw(text[..^1] + ",\"\\udc00\":1}"), Json, "body");
        yield return new HostileInput("unpaired escape", Raw(Replace(valid, first, "\"\\u12\"")), Json);
        yield return new HostileInput("control character in a string", Raw(Replace(valid, first, "\"a\nb\"")), Json);
        yield return new HostileInput("64 KiB and one", Raw(text.PadRight((64 * 1024) + 1)), Json, Status: 413);
        yield return new HostileInput("2 MiB", Raw(text.PadRight(2 * 1024 * 1024)), Json, Status: 413);
    }

    /// <summary>The right body under the wrong headers.</summary>
    public static IEnumerable<HostileInput> Heads(JsonObject valid)
    {
        var body = Raw(valid.ToJsonString());
        foreach (var type in new[]
        {
            "text/plain", "text/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json; charset=utf-16",
            "application/json; charset=iso-8859-1", "application/problem+json", "*/*", "json",
        })
            yield return new HostileInput(type, body, [$"Content-Type: {type}"], Status: 415);

        yield return new HostileInput("no content type", body, [], Status: 415);
        yield return new HostileInput("two content types", body, [.. Json, "Content-Type: text/plain"], Status: 415);
        yield return new HostileInput("gzip", body, [.. Json, "Content-Encoding: gzip"], Status: 415);
        yield return new HostileInput("identity", body, [.. Json, "Content-Encoding: identity"], Status: 415);
    }

    /// <summary>The right body under a key that is none.</summary>
    public static IEnumerable<HostileInput> Keys(JsonObject valid)
    {
        var body = Raw(valid.ToJsonString());
        foreach (var (name, keys) in new (string, string[])[]
        {
            ("empty key", [""]), ("key of 256", [new string('k', 256)]), ("key with a space", ["a b"]), ("key with a tab", ["a\tb"]),
            ("key beyond ASCII", ["clé"]), ("two keys", ["a", "b"]), ("the same key twice", ["a", "a"]),
        })
            yield return new HostileInput(name, body, [.. Json, .. keys.Select(key => $"Idempotency-Key: {key}")], "Idempotency-Key");
    }

    /// <summary>Every member absent, null, or of every other type.</summary>
    public static IEnumerable<HostileInput> Members(JsonObject valid, JsonObject schema)
    {
        var required = schema["required"]?.AsArray().Select(name => (string)name!).ToArray() ?? [];
        // A route that requires nothing may be told nothing.
        if (required.Length > 0)
            yield return new HostileInput("empty object", "{}"u8.ToArray(), Json, required[0]);

        foreach (var name in required)
        {
            var without = valid.DeepClone().AsObject();
            without.Remove(name);
            yield return new HostileInput($"{name} missing", Raw(without.ToJsonString()), Json, name);
            yield return new HostileInput($"{name} null", Raw(Replace(valid, name, "null")), Json, name);
        }

        foreach (var (name, property) in schema["properties"]!.AsObject())
        {
            var types = property!["type"] is JsonArray several ? several.Select(type => (string)type!).ToArray() : [(string?)property["type"] ?? "object"];
            foreach (var value in Wrong(types))
                yield return new HostileInput($"{name} = {value}", Raw(Replace(valid, name, value)), Json, name);
        }
    }

    private static IEnumerable<string> Wrong(string[] types) =>
    [
        .. Where(types.Contains("string"), "5", "true"),
        .. Where(types.Contains("boolean"), "\"true\"", "1", "0"),
        .. Where(types.Contains("object"), "\"text\"", "5", "[]", "{\"a\":5}", "{\"a\":{}}"),
        .. Where(!types.Contains("object"), "{}"),
        .. Where(
            types.Contains("integer"),
            "0", "-1", "1000000001", "1.5", "1.0", "1e2", "\"5\"", "true", "9223372036854775807", "9223372036854775808", "-9223372036854775809"),
        "1e400", "[1]", "[[[]]]",
    ];

    private static string[] Where(bool applies, params string[] values) => applies ? values : [];

    private static string Replace(JsonObject valid, string name, string json)
    {
        var rest = valid.DeepClone().AsObject();
        rest.Remove(name);
        var text = rest.ToJsonString();
        return $"{text[..^1]}{(rest.Count > 0 ? "," : "")}\"{name}\":{json}}}";
    }

    private static byte[] Raw(string text) => Encoding.UTF8.GetBytes(text);
}
