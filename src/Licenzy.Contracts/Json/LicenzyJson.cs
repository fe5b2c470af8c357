using System.Text.Json.Serialization;
using Licenzy.Access;
using Licenzy.Checkout;
using Licenzy.Portal;
using Licenzy.Products;
using Licenzy.Usage;
using Licenzy.Webhooks;

namespace Licenzy.Json;

/// <summary>The JSON of the <c>/v1</c> and <c>/portal</c> routes: snake_case, UTC times with <c>Z</c>, generated at compile time.</summary>
/// <remarks>Reading is tolerant of members it does not know, so that an older client can talk to a newer server.</remarks>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    Converters = [typeof(UtcConverter)])]
[JsonSerializable(typeof(LicenzyProblem))]
[JsonSerializable(typeof(CheckAccessRequest))]
[JsonSerializable(typeof(CheckAccessResponse))]
[JsonSerializable(typeof(CustomerAccessResponse))]
[JsonSerializable(typeof(SubjectEntitlementsResponse))]
[JsonSerializable(typeof(ProductOffer))]
[JsonSerializable(typeof(Page<ProductOffer>))]
[JsonSerializable(typeof(ConsumeUsageRequest))]
[JsonSerializable(typeof(ConsumeUsageResponse))]
[JsonSerializable(typeof(CreateCheckoutRequest))]
[JsonSerializable(typeof(CheckoutSessionResponse))]
[JsonSerializable(typeof(CheckoutAttemptResponse))]
[JsonSerializable(typeof(CreateBillingPortalSessionRequest))]
[JsonSerializable(typeof(BillingPortalSessionResponse))]
[JsonSerializable(typeof(WebhookReceivedResponse))]
[JsonSerializable(typeof(WebhookEvent))]
[JsonSerializable(typeof(PortalContextResponse))]
[JsonSerializable(typeof(CreateProductRequest))]
[JsonSerializable(typeof(ReplaceProductRequest))]
[JsonSerializable(typeof(PatchProductRequest))]
[JsonSerializable(typeof(ProductResponse))]
[JsonSerializable(typeof(Page<ProductResponse>))]
[JsonSerializable(typeof(ConnectStripeRequest))]
[JsonSerializable(typeof(StripeConnectionResponse))]
[JsonSerializable(typeof(StripeConnectionsResponse))]
[JsonSerializable(typeof(StripeEventResponse))]
[JsonSerializable(typeof(Page<StripeEventResponse>))]
[JsonSerializable(typeof(LinkStripeEventRequest))]
[JsonSerializable(typeof(CatchUpStripeResponse))]
[JsonSerializable(typeof(ReconcileStripeRequest))]
[JsonSerializable(typeof(ReconcileStripeResponse))]
[JsonSerializable(typeof(ImportStripeRequest))]
[JsonSerializable(typeof(ImportStripeResponse))]
[JsonSerializable(typeof(CreateApiKeyRequest))]
[JsonSerializable(typeof(ApiKeyResponse))]
[JsonSerializable(typeof(ApiKeyCreatedResponse))]
[JsonSerializable(typeof(Page<ApiKeyResponse>))]
[JsonSerializable(typeof(RotateApiKeyRequest))]
[JsonSerializable(typeof(CreateWorkspaceRequest))]
[JsonSerializable(typeof(WorkspaceResponse))]
[JsonSerializable(typeof(Page<WorkspaceResponse>))]
[JsonSerializable(typeof(AccountSubscriptionResponse))]
[JsonSerializable(typeof(SignInRequest))]
[JsonSerializable(typeof(CreateOperatorRequest))]
[JsonSerializable(typeof(ChangePasswordRequest))]
[JsonSerializable(typeof(OperatorResponse))]
[JsonSerializable(typeof(Page<OperatorResponse>))]
[JsonSerializable(typeof(CreateAdminKeyRequest))]
[JsonSerializable(typeof(AdminKeyResponse))]
[JsonSerializable(typeof(AdminKeyCreatedResponse))]
[JsonSerializable(typeof(Page<AdminKeyResponse>))]
[JsonSerializable(typeof(MoveTestClockRequest))]
[JsonSerializable(typeof(TestClockResponse))]
[JsonSerializable(typeof(GrantRequest))]
[JsonSerializable(typeof(RevokeGrantRequest))]
[JsonSerializable(typeof(AdjustUsageRequest))]
[JsonSerializable(typeof(Page<CustomerSummary>))]
[JsonSerializable(typeof(CustomerResponse))]
[JsonSerializable(typeof(EntitlementResponse))]
public sealed partial class LicenzyJson : JsonSerializerContext;
