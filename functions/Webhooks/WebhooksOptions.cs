namespace ContactRouting.Webhooks;

internal sealed class WebhooksOptions
{
    public const string Section = "Webhooks";

    /// <summary>Deliver to loopback, private and other addresses that are not public. For development only.</summary>
    public bool AllowPrivateAddresses { get; set; }
}
