using Licenzy.Testing;

namespace Licenzy.Reliability.Tests.Running;

/// <summary>What the servers of one test share: they know these from their first start.</summary>
internal sealed class Keys
{
    private readonly LicenzyTestServerOptions _made = new();

    public string Admin => _made.AdminKey;

    public string Runtime => _made.TestKey;

    public IReadOnlyDictionary<string, string> Environment(string database) => new Dictionary<string, string>
    {
        ["Licenzy__Database"] = database,
        ["Licenzy__EncryptionKey"] = _made.EncryptionKey,
        ["Licenzy__Bootstrap__AdminKey"] = Admin,
        ["Licenzy__Bootstrap__TestKey"] = Runtime,
        // How much one key may ask for is another test's business.
        ["Licenzy__RateLimiting__PermitsPerSecond"] = "0",
    };
}
