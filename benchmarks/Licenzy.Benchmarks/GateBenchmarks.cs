using BenchmarkDotNet.Attributes;
using Licenzy.Access;
using Licenzy.AspNetCore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Benchmarks;

/// <summary>
/// An application's own request, without a network: the client's question answered by a handler in this process, an endpoint that is open, and one
/// that is gated. What authorization adds is the gated one less the other two.
/// </summary>
public class GateBenchmarks
{
    private readonly InProcessServer _server = new();
    private WebApplication? _app;
    private ILicenzyClient? _licenzy;

    [GlobalSetup]
    public async Task SetUp()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IServer>(_server).AddRouting().AddAuthorization();
        builder.Services
            .AddLicenzyClient(options => (options.BaseAddress, options.ApiKey) = (new Uri("http://127.0.0.1:1"), "lz_test_" + new string('a', 43)))
            .ConfigurePrimaryHttpMessageHandler(() => new AllowingHandler());
        builder.Services.AddLicenzyGating(options => options.SubjectFrom = context => context.Request.Headers["X-User"]);
        _app = builder.Build();
        _app.UseRouting();
        _app.UseAuthorization();
        _app.MapGet("/open", () => { });
        _app.MapGet("/gated", [RequireEntitlement] () => { });
        await _app.StartAsync();
        _licenzy = _app.Services.GetRequiredService<ILicenzyClient>();

        if (await _server.GetAsync("/gated") is var status and not 200)
            throw new InvalidOperationException($"The gate answered {status}.");
    }

    [GlobalCleanup]
    public async Task CleanUp() => await _app!.DisposeAsync();

    [Benchmark]
    public Task<AccessDecision> Client() => _licenzy!.CheckAccessAsync("user_1");

    [Benchmark(Baseline = true)]
    public Task<int> Open() => _server.GetAsync("/open");

    [Benchmark]
    public Task<int> Gated() => _server.GetAsync("/gated");
}
