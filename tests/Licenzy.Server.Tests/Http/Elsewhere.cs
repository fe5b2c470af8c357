using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.Http;

/// <summary>Sales that another program makes with the same Stripe account: nothing in them is ours.</summary>
public static class Elsewhere
{
    /// <summary>Sells and is paid; the events go where the double sends them.</summary>
    public static async Task<StripeCheckoutSession> SellAsync(this StripeDouble stripe, string price, string mode = "payment", int quantity = 1)
    {
        using var http = new HttpClient { BaseAddress = stripe.BaseAddress };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", stripe.SecretKey);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["mode"] = mode, ["line_items[0][price]"] = price, ["line_items[0][quantity]"] = $"{quantity}", ["success_url"] = "https://example.com/thanks",
        });
        using var answer = await http.PostAsync(new Uri("/v1/checkout/sessions", UriKind.Relative), form);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.IsSuccessStatusCode, Is.True, text);
        return await stripe.PayAsync((string)JsonNode.Parse(text)!["id"]!);
    }
}
