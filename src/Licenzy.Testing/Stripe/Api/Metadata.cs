namespace Licenzy.Testing;

/// <summary>Stripe's bounds on metadata: 50 keys, 40 characters a key, 500 a value.</summary>
internal static class Metadata
{
    private const int MaxKeys = 50;
    private const int MaxKeyLength = 40;
    private const int MaxValueLength = 500;

    public static IReadOnlyDictionary<string, string> Read(FormFields fields, string root)
    {
        var keys = fields.Under(root);
        if (keys.Count > MaxKeys)
            throw StripeRefusalException.Invalid($"Metadata can have up to {MaxKeys} keys, but you passed {keys.Count}.", root);
        foreach (var key in keys)
        {
            if (key.Length > MaxKeyLength)
            {
                throw StripeRefusalException.Invalid(
                    $"Metadata keys can have up to {MaxKeyLength} characters, but you passed in a key that is {key.Length} characters. " +
                    $"Invalid key: {key}", root);
            }

            if (fields[$"{root}[{key}]"] is { Length: > MaxValueLength } value)
            {
                throw StripeRefusalException.Invalid(
                    $"Metadata values can have up to {MaxValueLength} characters, but you passed in a value that is {value.Length} characters. " +
                    $"Invalid value: {value}", $"{root}[{key}]");
            }
        }

        return fields.Map(root);
    }
}
