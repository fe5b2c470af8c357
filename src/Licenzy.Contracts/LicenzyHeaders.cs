namespace Licenzy;

/// <summary>Names of the headers that Licenzy reads and writes.</summary>
public static class LicenzyHeaders
{
    /// <summary>Makes a POST safe to repeat: 1–255 visible ASCII characters, the same for every try of one operation.</summary>
    public const string IdempotencyKey = "Idempotency-Key";

    /// <summary><c>true</c> on an answer that was given before to the same <see cref="IdempotencyKey"/>.</summary>
    public const string IdempotencyReplayed = "Idempotency-Replayed";

    /// <summary>Up to 64 visible ASCII characters, echoed; made by the server where absent.</summary>
    public const string RequestId = "X-Request-ID";

    /// <summary>Which of the account's workspaces a portal request acts on, <c>ws_…</c>; the oldest where absent.</summary>
    public const string Workspace = "X-Workspace";

    /// <summary>The subject's version: grows with every change of the subject.</summary>
    public const string SubjectVersion = "Licenzy-Subject-Version";

    /// <summary>The <see cref="SubjectVersion"/> that a caller has seen: an access read's answer is never older.</summary>
    public const string MinVersion = "Licenzy-Min-Version";

    /// <summary>The earliest instant at which the answer can flip by time alone; absent if never.</summary>
    public const string NextChangeAt = "Licenzy-Next-Change-At";

    /// <summary>Why the answer is what it is, such as <c>subscription_active</c>.</summary>
    public const string Reason = "Licenzy-Reason";
}
