namespace Licenzy.Testing;

/// <summary>Stripe's "no". An exception, since a refusal ends a request from any depth of its checks.</summary>
internal sealed class StripeRefusalException(int status, string type, string? code, string message, string? param = null) : Exception(message)
{
    public int Status => status;

    public string Type => type;

    public string? Code => code;

    public string? Param => param;

    public TimeSpan? RetryAfter { get; init; }

    public static StripeRefusalException Invalid(string message, string? param = null, string? code = null) =>
        new(400, "invalid_request_error", code, message, param);

    public static StripeRefusalException Missing(string param) =>
        Invalid($"Missing required param: {param}.", param, "parameter_missing");

    // A referenced object that does not exist is a 400; only the object in the URL is a 404.
    public static StripeRefusalException NoSuch(string kind, string id, string param) =>
        new(param == "id" ? 404 : 400, "invalid_request_error", "resource_missing", $"No such {kind}: '{id}'", param);

    // Never Stripe's own answer: a test must not take the double's limits for Stripe's.
    public static StripeRefusalException NotModelled(string what) =>
        new(501, "api_error", "not_modelled", $"Stripe accepts {what}, but StripeDouble does not model it.", what);
}
