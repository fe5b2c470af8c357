using System.Globalization;

namespace Licenzy.Testing;

/// <summary>
/// The closed list of a route's parameters. One line each: a name in bracket notation (<c>#</c> any index, <c>*</c> any key,
/// <c>**</c> anything below) and a kind: <c>text</c>, <c>int</c>, <c>bool</c>, <c>decimal</c>, <c>url</c>, or the allowed words with <c>|</c>.
/// </summary>
internal sealed class ParameterGrammar
{
    private readonly (string[] Segments, string Kind)[] rules;

    public ParameterGrammar(string text) => rules =
    [
        .. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => line.Split(' ', 2))
            .Select(parts => (FormFields.Segments(parts[0]), parts[1])),
    ];

    /// <summary>The names that are allowed, as they were written.</summary>
    public IEnumerable<string> Names => rules.Select(rule => rule.Segments[0] + string.Concat(rule.Segments.Skip(1).Select(s => $"[{s}]")));

    public void Check(FormFields fields)
    {
        var unknown = fields.All.Select(field => field.Key).Where(name => KindOf(name) is null).ToList();
        if (unknown.Count > 0)
        {
            var plural = unknown.Count > 1 ? "s" : "";
            throw StripeRefusalException.Invalid(
                $"Received unknown parameter{plural}: {string.Join(", ", unknown)}", unknown[0], "parameter_unknown");
        }

        foreach (var (name, value) in fields.All)
            CheckValue(name, value, KindOf(name)!);
    }

    private string? KindOf(string name)
    {
        var segments = FormFields.Segments(name);
        return rules.FirstOrDefault(rule => Matches(rule.Segments, segments)).Kind;
    }

    private static bool Matches(string[] rule, string[] segments)
    {
        for (var i = 0; i < rule.Length; i++)
        {
            if (rule[i] == "**")
                return segments.Length > i;
            if (i >= segments.Length)
                return false;
            var fits = rule[i] switch
            {
                "#" => segments[i].All(char.IsAsciiDigit),
                "*" => segments[i].Length > 0,
                _ => rule[i] == segments[i],
            };
            if (!fits)
                return false;
        }

        return rule.Length == segments.Length;
    }

    private static void CheckValue(string name, string value, string kind)
    {
        // Metadata alone may be empty: there it means that the key is removed.
        if (value.Length == 0)
        {
            if (kind is "meta" or "any")
                return;
            throw StripeRefusalException.Invalid(
                $"You passed an empty string for '{name}'. We assume empty values are an attempt to unset a parameter; " +
                $"however '{name}' cannot be unset. You should remove '{name}' from your request or supply a non-empty value.",
                name, "parameter_invalid_empty");
        }

        switch (kind)
        {
            case "int" when !long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _):
                throw StripeRefusalException.Invalid($"Invalid integer: {value}", name, "parameter_invalid_integer");
            case "decimal" when !decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _):
                throw StripeRefusalException.Invalid($"Invalid decimal: {value}", name);
            case "bool" when value is not ("true" or "false"):
                throw StripeRefusalException.Invalid($"Invalid boolean: {value}", name);
            case "url" when !IsUrl(value):
                throw StripeRefusalException.Invalid("Not a valid URL", name, "url_invalid");
            default:
                if (kind.Contains('|', StringComparison.Ordinal) && !kind.Split('|').Contains(value))
                    throw StripeRefusalException.Invalid($"Invalid {name}: must be one of {kind.Replace("|", ", ", StringComparison.Ordinal)}", name);
                return;
        }
    }

    private static bool IsUrl(string value) =>
        value.Length <= 5000 && Uri.TryCreate(value, UriKind.Absolute, out var url) && url is { Scheme: "http" or "https", Host.Length: > 0 };
}
