using ContactRouting.Telemetry;

namespace ContactRouting.Contacts;

/// <summary>Counts what committed steps of contacts decided, and what became of offers.</summary>
internal static class ContactMeasures
{
    public static void Count(Contact? before, Contact after)
    {
        if (after.External) return;
        if (after.Decision is { } decision && decision != before?.Decision)
            Measures.Decisions.Add(1, new KeyValuePair<string, object?>("outcome", decision.Outcome.ToString().ToLowerInvariant()));
        if (ResultOf(before, after) is { } result) Measures.Offers.Add(1, new KeyValuePair<string, object?>("result", result));
    }

    private static string? ResultOf(Contact? before, Contact after) => (before?.State, after.State) switch
    {
        (ContactState.Offered, ContactState.Offered) => null,
        (_, ContactState.Offered) => "made",
        (ContactState.Offered, ContactState.Active) => "accepted",
        (ContactState.Offered, ContactState.Queued) => after.Decision?.CameBack ?? "withdrawn",
        (ContactState.Offered, _) => "withdrawn",
        _ => null,
    };
}
