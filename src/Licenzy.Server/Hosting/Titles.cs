namespace Licenzy.Server.Hosting;

/// <summary>One short sentence for each stable code.</summary>
internal static class Titles
{
    public static string Of(string code) => code switch
    {
        ErrorCodes.InvalidJson => "The body is not valid JSON.",
        ErrorCodes.InvalidRequest => "The request is not valid.",
        ErrorCodes.MissingBearerToken => "No API key was sent.",
        ErrorCodes.InvalidApiKey => "The API key is not valid.",
        ErrorCodes.InvalidSession => "You are not signed in.",
        ErrorCodes.Forbidden => "This kind of key may not do that.",
        ErrorCodes.WorkspaceSuspended => "The workspace is suspended.",
        ErrorCodes.PlanModeNotAllowed => "The account's plan does not open live mode.",
        ErrorCodes.NotFound => "Not found.",
        ErrorCodes.ProductNotFound => "No such product.",
        ErrorCodes.MethodNotAllowed => "The method is not allowed here.",
        ErrorCodes.InsufficientUsage => "Not enough units are left.",
        ErrorCodes.HoldClosed => "The hold is closed.",
        ErrorCodes.HoldExpired => "The hold has expired.",
        ErrorCodes.HoldExceeded => "The hold has fewer units.",
        ErrorCodes.AlreadyReversed => "The consumption was reversed already.",
        ErrorCodes.EntitlementEnded => "The right has ended.",
        ErrorCodes.IdempotencyConflict => "The Idempotency-Key was used with another request.",
        ErrorCodes.IdempotencyInProgress => "A request with this Idempotency-Key is still being answered.",
        ErrorCodes.ProductExists => "The product exists already.",
        ErrorCodes.OperatorExists => "The operator exists already.",
        ErrorCodes.LastWorkspace => "An account keeps at least one workspace.",
        ErrorCodes.LastWayIn => "An account keeps at least one operator or admin key.",
        ErrorCodes.KeyRevoked => "The key is revoked.",
        ErrorCodes.KeyRotated => "The key was rotated already.",
        ErrorCodes.StripeNotConnected => "Stripe is not connected in this mode.",
        ErrorCodes.NotLinkable => "The event cannot be linked.",
        ErrorCodes.PriceNotMapped => "No product has the price.",
        ErrorCodes.CatchUpInProgress => "Catching up with Stripe is under way.",
        ErrorCodes.AlreadySubscribed => "The subject is subscribed already.",
        ErrorCodes.NoStripeCustomer => "The subject is no customer at Stripe yet.",
        ErrorCodes.NotRequeueable => "The delivery cannot be requeued.",
        ErrorCodes.EndpointDisabled => "The webhook endpoint is disabled.",
        ErrorCodes.PayloadTooLarge => "The body is too large.",
        ErrorCodes.UnsupportedMediaType => "The media type is not supported.",
        ErrorCodes.RateLimited => "Too many requests.",
        ErrorCodes.StripeError => "Stripe refused the request.",
        ErrorCodes.Unavailable => "Temporarily unavailable.",
        _ => "Something went wrong.",
    };
}
