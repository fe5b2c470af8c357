using Licenzy.Domain.Entitlements;

namespace Licenzy.Server.Entitlements;

/// <summary>A subject's rights at one version.</summary>
/// <param name="Version">Grows with every change of the subject; 0 for an unknown one.</param>
/// <param name="Rights">Every right it ever had.</param>
internal sealed record SubjectRights(long Version, IReadOnlyList<Entitlement> Rights)
{
    public static SubjectRights None { get; } = new(0, []);
}
