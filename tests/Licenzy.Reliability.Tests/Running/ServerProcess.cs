using Licenzy.Cli.Tests;

namespace Licenzy.Reliability.Tests.Running;

/// <summary><c>licenzy serve</c> as a process of its own, with a data folder of its own.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    // The system's answer to a write beyond the limit of a file's size is a signal that ends the process, unless it is inherited as ignored.
    private static readonly string[] Unkilled = ["sh", "-c", "trap '' XFSZ; exec \"$@\"", "sh"];

    private readonly Tool _tool;
    private readonly Keys _keys;
    private readonly string _folder;

    private ServerProcess(Tool tool, Keys keys, Uri address, string folder) => (_tool, _keys, Address, _folder) = (tool, keys, address, folder);

    public Uri Address { get; }

    public int Id => _tool.Id;

    public string Output => _tool.Output;

    /// <summary>Starts one; it answers when this returns.</summary>
    public static async Task<ServerProcess> StartAsync(Keys keys, string database, bool ignoresFileSizeSignal = false)
    {
        var (address, folder) = (FreePort.Address(), Directory.CreateTempSubdirectory("licenzy-faults-").FullName);
        string[] words = ["dotnet", Path.Combine(TestContext.CurrentContext.TestDirectory, "licenzy.dll"), "serve", "--data", folder, "--urls", address.ToString()];
        var tool = Tool.Run(keys.Environment(database), ignoresFileSizeSignal ? [.. Unkilled, .. words] : words);
        var server = new ServerProcess(tool, keys, address, folder);
        await tool.AnswersAsync(new Uri(address, "/readyz"));
        return server;
    }

    /// <summary>A client of <c>/v1</c>.</summary>
    public HttpClient App() => Client(_keys.Runtime);

    /// <summary>A client of <c>/portal</c>.</summary>
    public HttpClient Portal() => Client(_keys.Admin);

    public HttpClient Client(string key)
    {
        // A connection of its own, so that nobody waits behind another.
        var client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(60) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await _tool.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
