namespace Licenzy.Server.Entitlements;

/// <summary>Who or what makes rights change.</summary>
internal enum ChangeSource
{
    Stripe,
    Portal,
    Runtime,
    Clock,
}

/// <summary>Why rights change: Stripe's event, an operator's grant, a consumption.</summary>
/// <param name="Source">Who.</param>
/// <param name="Id">The event, admin key or consumption.</param>
/// <param name="At">When, by the clock of the rules.</param>
/// <param name="Actor">The key that asked, or <c>stripe</c>.</param>
/// <param name="RequestId">The request it came with, or Stripe's event.</param>
/// <param name="Note">The words an operator gave for it.</param>
internal sealed record Cause(ChangeSource Source, string Id, DateTimeOffset At, string Actor, string RequestId, string? Note = null);
