namespace Licenzy;

/// <summary>The stable codes in <see cref="LicenzyProblem.Error"/>.</summary>
public static class ErrorCodes
{
    /// <summary>400: the body is not JSON.</summary>
    public const string InvalidJson = "invalid_json";

    /// <summary>400: a member, header or parameter is missing, unknown or out of range; the problem names it.</summary>
    public const string InvalidRequest = "invalid_request";

    /// <summary>401: no <c>Authorization: Bearer</c> header.</summary>
    public const string MissingBearerToken = "missing_bearer_token";

    /// <summary>401: the key is unknown, malformed, revoked or expired; which of them is not said.</summary>
    public const string InvalidApiKey = "invalid_api_key";

    /// <summary>401: the portal session has ended, or the e-mail address and password do not fit.</summary>
    public const string InvalidSession = "invalid_session";

    /// <summary>403: a valid key of the wrong kind for this route.</summary>
    public const string Forbidden = "forbidden";

    /// <summary>403: the key's workspace is suspended.</summary>
    public const string WorkspaceSuspended = "workspace_suspended";

    /// <summary>403: the account's plan does not open live mode; <c>GET /portal/account/subscription</c> says why.</summary>
    public const string PlanModeNotAllowed = "plan_mode_not_allowed";

    /// <summary>404: nothing of that name in this workspace and mode.</summary>
    public const string NotFound = "not_found";

    /// <summary>404: no product of that code in the key's mode.</summary>
    public const string ProductNotFound = "product_not_found";

    /// <summary>405: the route exists, the method does not; <c>Allow</c> lists those that do.</summary>
    public const string MethodNotAllowed = "method_not_allowed";

    /// <summary>409: fewer units are left than were asked for; nothing was taken.</summary>
    public const string InsufficientUsage = "insufficient_usage";

    /// <summary>409: the hold was committed or released before.</summary>
    public const string HoldClosed = "hold_closed";

    /// <summary>409: the hold's time is over; its units have come back.</summary>
    public const string HoldExpired = "hold_expired";

    /// <summary>409: more was to be committed than is held; the hold stays open.</summary>
    public const string HoldExceeded = "hold_exceeded";

    /// <summary>409: the consumption was reversed before, be it in part.</summary>
    public const string AlreadyReversed = "already_reversed";

    /// <summary>409: the right is revoked, ended or past its end: there is nothing to take back or to correct.</summary>
    public const string EntitlementEnded = "entitlement_ended";

    /// <summary>409: the Idempotency-Key was used before with another body.</summary>
    public const string IdempotencyConflict = "idempotency_conflict";

    /// <summary>409: the first request with this Idempotency-Key is still being answered.</summary>
    public const string IdempotencyInProgress = "idempotency_in_progress";

    /// <summary>409: a product of that code exists already.</summary>
    public const string ProductExists = "product_exists";

    /// <summary>409: an operator with that e-mail address exists already.</summary>
    public const string OperatorExists = "operator_exists";

    /// <summary>409: an account keeps at least one workspace.</summary>
    public const string LastWorkspace = "last_workspace";

    /// <summary>409: an account keeps at least one operator or admin key.</summary>
    public const string LastWayIn = "last_way_in";

    /// <summary>409: the key is revoked and cannot be rotated.</summary>
    public const string KeyRevoked = "key_revoked";

    /// <summary>A key in whose place another was made already: that one is to be rotated.</summary>
    public const string KeyRotated = "key_rotated";

    /// <summary>409: another server, or another call, is catching up with Stripe at this moment.</summary>
    public const string CatchUpInProgress = "catch_up_in_progress";

    /// <summary>409: the mode has no Stripe connection yet.</summary>
    public const string StripeNotConnected = "stripe_not_connected";

    /// <summary>409: the event is applied already, or nothing of it can be linked to a subject.</summary>
    public const string NotLinkable = "not_linkable";

    /// <summary>409: no product has, or had, the price that was sold.</summary>
    public const string PriceNotMapped = "price_not_mapped";

    /// <summary>409: the subject already holds a live subscription to this product.</summary>
    public const string AlreadySubscribed = "already_subscribed";

    /// <summary>409: the subject has no customer at Stripe in this mode, for lack of a purchase.</summary>
    public const string NoStripeCustomer = "no_stripe_customer";

    /// <summary>409: the delivery is neither failed nor dead, is being sent at this moment, or there is no endpoint any more.</summary>
    public const string NotRequeueable = "not_requeueable";

    /// <summary>409: the webhook endpoint is disabled, or deleted: nothing is sent there.</summary>
    public const string EndpointDisabled = "endpoint_disabled";

    /// <summary>400: the endpoint's address is not absolute, too long, or has a fragment, blanks or other characters that belong into none.</summary>
    public const string UrlMalformed = "url_malformed";

    /// <summary>400: the endpoint's address is not https, or http where it is not taken.</summary>
    public const string UrlScheme = "url_scheme";

    /// <summary>400: the endpoint's address has a name or password before an <c>@</c>.</summary>
    public const string UrlUserInfo = "url_userinfo";

    /// <summary>400: the endpoint's host is neither a plain name nor a plainly written address.</summary>
    public const string UrlHost = "url_host";

    /// <summary>400: the endpoint's port is not called.</summary>
    public const string UrlPort = "url_port";

    /// <summary>400: the endpoint's host leads to an address that is not public.</summary>
    public const string UrlPrivateAddress = "url_private_address";

    /// <summary>400: the endpoint's address is this server's own.</summary>
    public const string UrlOwnHost = "url_own_host";

    /// <summary>400: the endpoint's host has no address, or its name server did not answer in time.</summary>
    public const string UrlUnresolvable = "url_unresolvable";

    /// <summary>413: the body is larger than the route takes.</summary>
    public const string PayloadTooLarge = "payload_too_large";

    /// <summary>415: the body is not <c>application/json</c> in UTF-8.</summary>
    public const string UnsupportedMediaType = "unsupported_media_type";

    /// <summary>429: slow down; <c>Retry-After</c> says for how long.</summary>
    public const string RateLimited = "rate_limited";

    /// <summary>500: our fault; the request id finds it in the log.</summary>
    public const string Internal = "internal";

    /// <summary>502: Stripe refused what was asked of it; its code and request id are in the detail.</summary>
    public const string StripeError = "stripe_error";

    /// <summary>503: try again after <c>Retry-After</c>; nothing is known to have been done.</summary>
    public const string Unavailable = "unavailable";
}
