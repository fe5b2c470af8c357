namespace Licenzy.AspNetCore;

/// <summary>Whose webhooks are taken; section <c>Licenzy:Webhooks</c> of the configuration. A change there counts at once.</summary>
public sealed class LicenzyWebhookOptions
{
    /// <summary>The endpoint's secret, <c>whsec_…</c>, shown once when the endpoint was saved or its secret rotated. Keep it out of files under version control.</summary>
    public string? Secret { get; set; }

    /// <summary>The secret before it, while it is rotated; remove it afterwards.</summary>
    public string? PreviousSecret { get; set; }

    /// <summary>How far a delivery's timestamp may lie from this machine's clock, either way: 1 second to 1 day; default 5 minutes.</summary>
    public TimeSpan Tolerance { get; set; } = WebhookSignature.DefaultTolerance;

    internal IEnumerable<string> Secrets => new[] { Secret, PreviousSecret }.OfType<string>().Where(secret => secret.Length > 0);
}
