namespace Licenzy.Server.Accounts;

/// <summary>What a workspace's key is for.</summary>
internal enum ApiKeyKind
{
    Runtime,
    Secret,
    Publishable,
}
