using Licenzy.Testing;

namespace Licenzy.Load.Serving;

/// <summary>What a server is told by its first line of input. Keys do not stand on command lines, where everybody reads them.</summary>
internal sealed record ServerSettings
{
    public string? Database { get; init; }

    public string? DataDirectory { get; init; }

    public string EncryptionKey { get; init; } = "";

    public string AdminKey { get; init; } = "";

    public string TestKey { get; init; } = "";

    public string LiveKey { get; init; } = "";

    public static ServerSettings New(string database, string directory)
    {
        var made = new LicenzyTestServerOptions();
        return new ServerSettings
        {
            Database = database, DataDirectory = directory, EncryptionKey = made.EncryptionKey,
            AdminKey = made.AdminKey, TestKey = made.TestKey, LiveKey = made.LiveKey,
        };
    }
}
