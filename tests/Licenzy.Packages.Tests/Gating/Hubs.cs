using System.Net.WebSockets;
using System.Text;
using Licenzy.AspNetCore;
using Licenzy.Packages.Tests.Stubs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Packages.Tests.Gating;

#pragma warning disable CA1822 // A hub calls instance methods only.
public sealed class OpenHub : Hub
{
    public string Free() => "free";

    [RequireEntitlement("PRO")]
    public string Paid() => "paid";
}

[RequireEntitlement]
public sealed class GatedHub : Hub
{
    public string Free() => "free";
}

#pragma warning restore CA1822

public sealed class Hubs
{
    private const char End = '\u001e';

    private static Task<GatedApp> StartAsync() => GatedApp.StartAsync(
        app =>
        {
            app.UseWebSockets();
            app.MapHub<OpenHub>("/open");
            app.MapHub<GatedHub>("/gated");
            app.MapHub<OpenHub>("/convention").RequireEntitlement();
        },
        builder => builder.Services.AddSignalR());

    [TestCase("pro", """{"type":3,"invocationId":"1","result":"paid"}""")]
    [TestCase("lapsed", """{"type":3,"invocationId":"1","error":"Failed to invoke 'Paid' because user is unauthorized"}""")]
    [TestCase("down", """{"type":3,"invocationId":"1","error":"Failed to invoke 'Paid' because user is unauthorized"}""")]
    [TestCase(null, """{"type":3,"invocationId":"1","error":"Failed to invoke 'Paid' because user is unauthorized"}""")]
    public async Task A_method_opens_to_those_who_paid(string? subject, string answer)
    {
        await using var app = await StartAsync();

        Assert.That(await InvokeAsync(app, "/open", subject, "Paid"), Is.EqualTo(answer));
        Assert.That(await InvokeAsync(app, "/open", subject, "Free"), Does.Contain("\"result\":\"free\""));
    }

    // The subject comes from the request that opened the connection; what it may do is asked at each call.
    [Test]
    public async Task A_method_is_decided_at_each_call()
    {
        await using var app = await StartAsync();

        await InvokeAsync(app, "/open", "pro", "Paid", "Paid");

        Assert.That(app.Licenzy.Heard, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Without_gating_registered_a_method_stays_closed()
    {
        await using var app = await StartAsyncWithoutConventions();

        // SignalR never answers a call whose policy it cannot find; the answer to the call after it is all that comes.
        Assert.That(await InvokeAsync(app, "/open", "pro", answerless: "Paid", ["Free"]), Is.EqualTo("""{"type":3,"invocationId":"1","result":"free"}"""));
    }

    [TestCase("/gated", "lapsed", 402)]
    [TestCase("/gated", null, 401)]
    [TestCase("/convention", "lapsed", 402)]
    public async Task A_gated_hub_does_not_connect(string path, string? subject, int status)
    {
        await using var app = await StartAsync();

        Assert.That((await app.GetAsync(path + "/negotiate", subject)).Status, Is.EqualTo(status));
        Assert.That(await InvokeAsync(app, path, "pro", "Free"), Does.Contain("\"result\":\"free\""));
    }

    private static Task<GatedApp> StartAsyncWithoutConventions() => GatedApp.StartAsync(
        app =>
        {
            app.UseWebSockets();
            app.MapHub<OpenHub>("/open");
        },
        builder => builder.Services.AddSignalR(options => options.MaximumParallelInvocationsPerClient = 2),
        withGating: false);

    private static Task<string> InvokeAsync(GatedApp app, string path, string? subject, params string[] methods) =>
        InvokeAsync(app, path, subject, null, methods);

    /// <summary>SignalR's JSON protocol by hand; the answer to the last call.</summary>
    private static async Task<string> InvokeAsync(GatedApp app, string path, string? subject, string? answerless, string[] methods)
    {
        using var socket = new ClientWebSocket();
        if (subject is not null)
            socket.Options.SetRequestHeader("X-User", subject);
        await socket.ConnectAsync(new UriBuilder(new Uri(app.Address, path)) { Scheme = "ws" }.Uri, CancellationToken.None);
        await SendAsync(socket, """{"protocol":"json","version":1}""");
        await ReceiveAsync(socket, "{}");

        if (answerless is not null)
            await SendAsync(socket, Call(answerless));
        var answer = "";
        foreach (var method in methods)
        {
            await SendAsync(socket, Call(method));
            answer = await ReceiveAsync(socket, "\"type\":3");
        }

        return answer;
    }

    private static string Call(string method) => $$"""{"type":1,"invocationId":"1","target":"{{method}}","arguments":[]}""";

    private static Task SendAsync(WebSocket socket, string message) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(message + End), WebSocketMessageType.Text, true, CancellationToken.None);

    // Pings come in between.
    private static async Task<string> ReceiveAsync(WebSocket socket, string wanted)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer, enough.Token);
            if (received.MessageType == WebSocketMessageType.Close)
                throw new InvalidOperationException($"The hub closed the connection after: {text}");
            text.Append(Encoding.UTF8.GetString(buffer, 0, received.Count));
            if (text.ToString().Split(End)[..^1].FirstOrDefault(message => message.Contains(wanted, StringComparison.Ordinal)) is { } found)
                return found.Replace("\\u0027", "'", StringComparison.Ordinal);
        }
    }
}
