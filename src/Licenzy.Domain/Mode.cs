namespace Licenzy.Domain;

/// <summary>The two halves of a workspace. They never mix; the mode of a request is its key's (CONTRACT, Words).</summary>
public enum Mode
{
    /// <summary>Stripe's test mode: no money moves.</summary>
    Test,

    /// <summary>Real money.</summary>
    Live,
}

/// <summary>Where a record lives: every read and write names both.</summary>
/// <param name="WorkspaceId"><c>ws_</c> and a ULID.</param>
/// <param name="Mode">The half of the workspace.</param>
public readonly record struct Scope(string WorkspaceId, Mode Mode);
