using System.Text.RegularExpressions;
using Licenzy.Webhooks;

namespace Licenzy.Testing.Tests.Fake;

/// <summary>The fake keeps an endpoint and its tests as the server does, refusal by refusal; it sends nothing.</summary>
public sealed partial class SameWebhooksTests
{
    private const string Hook = "https://93.184.216.34/licenzy";

    [Test]
    public async Task The_fake_and_the_server_say_the_same()
    {
        await using var real = await RealShop.OpenAsync();
        var told = await TellAsync(real.Client.Webhooks);
        Assert.That(await TellAsync(new FakeLicenzy(real.Clock).Webhooks), Is.EqualTo(told));
        Assert.That(told, Has.Some.Contain("not_requeueable").And.Some.Contain("endpoint_disabled").And.Some.Contain("event_types[0]"));
    }

    [Test]
    public async Task A_secret_is_shown_when_it_is_made_and_repeated_to_the_same_key()
    {
        var hooks = new FakeLicenzy().Webhooks;
        var made = await hooks.SetEndpointAsync(new() { Url = Hook }, "key-1");
        var again = await hooks.SetEndpointAsync(new() { Url = Hook }, "key-1");
        var rotated = await hooks.RotateSecretAsync(new());
        Assert.That((again.Secret, again.Id), Is.EqualTo((made.Secret, made.Id)));
        Assert.That(rotated.Secret, Does.StartWith("whsec_").And.Not.EqualTo(made.Secret));
        Assert.That((await hooks.GetEndpointAsync()).Secret, Is.Null);
    }

    // A whole story, with every refusal in it.
    private static async Task<List<string>> TellAsync(ILicenzyWebhooks hooks)
    {
        var told = new List<string>();
        async Task<T?> Say<T>(Func<Task<T>> call)
            where T : class
        {
            try
            {
                var answer = await call();
                told.Add(Masked().Replace(System.Text.Json.JsonSerializer.Serialize(answer, typeof(T), Json.LicenzyJson.Default), "…"));
                return answer;
            }
            catch (LicenzyApiException refused)
            {
                told.Add($"{refused.StatusCode} {refused.Code} {refused.Message} {string.Join(",", refused.Errors.Select(error => error.Field))}");
                return null;
            }
        }

        await Say(() => hooks.GetEndpointAsync());
        await Say(() => hooks.SendTestAsync());
        await Say(() => hooks.RotateSecretAsync(new()));
        await Say(() => hooks.RequeueDeadAsync(new()));
        await Say(() => hooks.SetEndpointAsync(new() { Url = Hook, EventTypes = ["entitlement", "usage.consumed", "usage.consumed"] }));
        await Say(() => hooks.SetEndpointAsync(new() { Url = Hook, EventTypes = [] }));
        await Say(() => hooks.SetEndpointAsync(new() { Url = Hook, EventTypes = ["usage.consumed"], Description = "Billing", Enabled = false }));
        await Say(() => hooks.SendTestAsync());
        await Say(() => hooks.SetEndpointAsync(new() { Url = Hook }));
        await Say(() => hooks.RotateSecretAsync(new() { OverlapHours = 169 }));
        await Say(() => hooks.RotateSecretAsync(new() { OverlapHours = 0 }));
        await Say(() => hooks.GetEndpointAsync());
        await Say(() => hooks.ListDeliveriesAsync(new() { Status = "lost" }));
        await Say(() => hooks.ListDeliveriesAsync(new() { Type = "lost" }));
        await Say(() => hooks.ListDeliveriesAsync(new() { SubjectRef = "" }));
        await Say(() => hooks.ListDeliveriesAsync(new() { SubjectRef = "user_1" }));
        await Say(() => hooks.GetDeliveryAsync("dlv_nobody"));
        await Say(() => hooks.RequeueDeadAsync(new() { Limit = 1001 }));
        await Say(() => hooks.DeleteEndpointAsync().ContinueWith(done => done.IsFaulted ? throw done.Exception!.InnerException! : new RequeueDeadWebhooksResponse { Requeued = 0, Remaining = 0 }, TaskScheduler.Default));
        await Say(() => hooks.DeleteEndpointAsync().ContinueWith(done => done.IsFaulted ? throw done.Exception!.InnerException! : new RequeueDeadWebhooksResponse { Requeued = 0, Remaining = 0 }, TaskScheduler.Default));
        await Say(() => hooks.SetEndpointAsync(new() { Url = Hook }));
        return told;
    }

    [Test]
    public async Task A_test_waits_dies_with_its_endpoint_and_goes_again()
    {
        var hooks = new FakeLicenzy().Webhooks;
        await hooks.SetEndpointAsync(new() { Url = Hook });
        var sent = await hooks.SendTestAsync();
        Assert.That((sent.Status, sent.Payload, (await hooks.GetDeliveryAsync(sent.Id)).Payload!.Value.GetProperty("type").GetString()), Is.EqualTo(("pending", (object?)null, "endpoint.test")));
        var resent = await hooks.ResendAsync(sent.Id, "key-1");
        Assert.That(await hooks.ResendAsync(sent.Id, "key-1"), Is.EqualTo(resent));
        Assert.That(Assert.ThrowsAsync<LicenzyApiException>(() => hooks.RequeueAsync(sent.Id))!.Code, Is.EqualTo("not_requeueable"));

        await hooks.DeleteEndpointAsync();
        Assert.That((await hooks.ListDeliveriesAsync(new() { Status = "dead" })).Data, Has.Count.EqualTo(2).And.All.Matches<WebhookDeliveryResponse>(one => one.LastError == "endpoint_deleted"));
        await hooks.SetEndpointAsync(new() { Url = Hook });
        Assert.That((await hooks.RequeueAsync(sent.Id)).Status, Is.EqualTo("pending"));
        Assert.That(await hooks.RequeueDeadAsync(new()), Is.EqualTo(new RequeueDeadWebhooksResponse { Requeued = 1, Remaining = 0 }));
    }

    [GeneratedRegex("(?<=(whe|evt|dlv)_)[0-9A-Z]{26}|(?<=\"whsec_)[^\"]+")]
    private static partial Regex Masked();
}
