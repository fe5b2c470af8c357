using System.Text.RegularExpressions;

namespace Licenzy.Testing;

/// <summary>Who is calling, in which version and form: what Stripe looks at before the route.</summary>
internal static partial class CallerCheck
{
    private const int MaxIdempotencyKey = 255;

    public static void Check(StripeCall call, string secretKey)
    {
        const string scheme = "Bearer ";
        if (call.Authorization is not { } header || !header.StartsWith(scheme, StringComparison.Ordinal) || header.Length == scheme.Length)
        {
            throw new StripeRefusalException(
                401, "invalid_request_error", null,
                "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth.");
        }

        // As Stripe does, show no more of a wrong key than its end.
        if (header[scheme.Length..] != secretKey)
        {
            throw new StripeRefusalException(
                401, "invalid_request_error", null, $"Invalid API Key provided: {new string('*', 8)}{header[^Math.Min(4, header.Length - scheme.Length)..]}");
        }

        if (call.StripeVersion is { } version && !VersionForm().IsMatch(version))
            throw StripeRefusalException.Invalid($"Invalid Stripe API version: {version}");
        if (call.HasBody && call.ContentType?.Split(';')[0].Trim() != "application/x-www-form-urlencoded")
            throw StripeRefusalException.Invalid("Invalid request (check that your POST content type is application/x-www-form-urlencoded).");
        if (call.IdempotencyKey is { Length: > MaxIdempotencyKey or 0 })
            throw StripeRefusalException.Invalid($"Idempotency keys must be between 1 and {MaxIdempotencyKey} characters.");
    }

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}(\.[a-z]+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex VersionForm();
}
