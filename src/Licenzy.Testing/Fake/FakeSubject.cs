using System.Text.Json;
using Licenzy.Domain.Entitlements;

namespace Licenzy.Testing;

/// <summary>A right with what the rules do not look at.</summary>
internal sealed record FakeHeld(Entitlement Right, IReadOnlyDictionary<string, JsonElement> Features, DateTimeOffset UpdatedAt);

/// <summary>What a subject holds at one version. Replaced whole with every change.</summary>
internal sealed record FakeSubject(long Version, IReadOnlyList<FakeHeld> Held)
{
    public static FakeSubject Unknown { get; } = new(0, []);

    public IReadOnlyList<Entitlement> Rights => [.. Held.Select(held => held.Right)];

    public FakeSubject With(FakeHeld added) => new(Version + 1, [.. Held, added]);

    /// <summary>The rights that changed in place of what they were, in one step.</summary>
    public FakeSubject With(IReadOnlyCollection<Entitlement> changed, DateTimeOffset now) => new(
        Version + 1,
        [.. Held.Select(held => changed.FirstOrDefault(right => right.Id == held.Right.Id) is { } after ? held with { Right = after, UpdatedAt = now } : held)]);
}
