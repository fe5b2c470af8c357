using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using Licenzy.Json;

namespace Licenzy.Server.Hosting;

/// <summary>
/// Reads a request's body as CONTRACT §0 demands: unknown, duplicate, missing and null members, wrong types, U+0000, lone surrogates and trailing
/// data are refused, and the refusal names the member.
/// </summary>
internal static class StrictJson
{
    private const int MaxDepth = 16;
    private const int MostUnknown = 10;

    private static readonly LicenzyJson Requests = new(new JsonSerializerOptions(LicenzyJson.Default.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        NumberHandling = JsonNumberHandling.Strict,
        MaxDepth = MaxDepth,
    });

    public static T Read<T>(ReadOnlyMemory<byte> body)
    {
        using var document = Parse(body);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new RefusedException(Refusal.InvalidRequest("body", "must be a JSON object."));
        }

        var shape = (JsonTypeInfo<T>)Requests.GetTypeInfo(typeof(T))!;
        CheckMembers(document.RootElement, shape);
        try
        {
            return document.RootElement.Deserialize(shape)!;
        }
        catch (JsonException refused)
        {
            throw new RefusedException(WrongType(refused.Path, shape));
        }
    }

    /// <summary>The members of a body, read before, that are null.</summary>
    public static IReadOnlySet<string> Nulls(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        return document.RootElement.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.Null).Select(member => member.Name).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Whether an empty object says enough.</summary>
    public static bool RequiresNothing(Type shape) => Requests.GetTypeInfo(shape)!.Properties.All(property => !property.IsRequired);

    private static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
        {
            throw new RefusedException(Refusal.InvalidJson("The body is empty. Send a JSON object."));
        }

        if (!Utf8.IsValid(body.Span))
        {
            throw new RefusedException(Refusal.InvalidJson("The body is not UTF-8."));
        }

        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = MaxDepth });
        }
        catch (JsonException broken)
        {
            throw new RefusedException(Refusal.InvalidJson(
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"The body is not one JSON value of depth {MaxDepth} or less (line {broken.LineNumber + 1}).")));
        }

        CheckText(document.RootElement, "body");
        return document;
    }

    // Text that a database would refuse or that cannot be encoded, and names that stand twice, anywhere in the body.
    private static void CheckText(JsonElement element, string path)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String when Text(element) is not { } text || text.Contains('\0', StringComparison.Ordinal):
                throw new RefusedException(Refusal.InvalidRequest(path, "must be text without U+0000 and without lone surrogates."));
            case JsonValueKind.Array:
                var index = 0;
                foreach (var entry in element.EnumerateArray())
                {
                    CheckText(entry, $"{path}[{index++}]");
                }

                break;
            case JsonValueKind.Object:
                var names = new HashSet<string>(StringComparer.Ordinal);
                foreach (var member in element.EnumerateObject())
                {
                    var name = Name(member, path);
                    var inner = path == "body" ? Shown(name) : $"{path}.{Shown(name)}";
                    if (!names.Add(name))
                    {
                        throw new RefusedException(Refusal.InvalidRequest(inner, "stands twice in the body."));
                    }

                    CheckText(member.Value, inner);
                }

                break;
        }
    }

    private static string Name(JsonProperty member, string path)
    {
        try
        {
            return member.Name.Contains('\0', StringComparison.Ordinal)
                ? throw new RefusedException(Refusal.InvalidRequest(path, "has a member whose name holds U+0000."))
                : member.Name;
        }
        catch (InvalidOperationException)
        {
            throw new RefusedException(Refusal.InvalidRequest(path, "has a member whose name holds a lone surrogate."));
        }
    }

    private static string? Text(JsonElement element)
    {
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static void CheckMembers(JsonElement body, JsonTypeInfo shape)
    {
        var errors = new FieldErrors();
        var known = shape.Properties.ToDictionary(property => property.Name, StringComparer.Ordinal);
        // Some are enough to mend a request by; a hostile one could name thousands.
        foreach (var member in body.EnumerateObject().Where(member => !known.ContainsKey(member.Name)).Take(MostUnknown))
        {
            errors.Require(known.ContainsKey(member.Name), Shown(member.Name), $"is not a member of this request. It takes: {string.Join(", ", known.Keys)}.");
        }

        foreach (var property in shape.Properties)
        {
            var present = body.TryGetProperty(property.Name, out var value);
            errors.Require(present || !property.IsRequired, property.Name, "is required.");
            errors.Require(!present || value.ValueKind != JsonValueKind.Null || property.IsSetNullable, property.Name, "must not be null.");
        }

        errors.ThrowIfAny();
    }

    private static Refusal WrongType(string? path, JsonTypeInfo shape)
    {
        var field = path is null or "$" ? "body" : path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : path;
        var type = shape.Properties.FirstOrDefault(property => property.Name == field)?.PropertyType;
        var wanted = (Nullable.GetUnderlyingType(type ?? typeof(object)) ?? type) switch
        {
            var t when t == typeof(string) => "must be a string.",
            var t when t == typeof(long) => "must be a whole number.",
            var t when t == typeof(bool) => "must be true or false.",
            var t when t == typeof(DateTimeOffset) => "must be an ISO 8601 time in UTC, such as 2026-11-30T12:00:00Z.",
            _ => "is of the wrong type.",
        };
        return Refusal.InvalidRequest(Shown(field), wanted);
    }

    // A name from outside goes into the answer only as far as it is short and printable.
    private static string Shown(string name) =>
        name.Length == 0 ? "\"\"" : new StringBuilder().AppendJoin("", name.Take(64).Select(letter => char.IsControl(letter) ? '?' : letter)).ToString();
}
