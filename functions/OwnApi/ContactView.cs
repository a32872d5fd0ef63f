using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Http;
using ContactRouting.Presence;
using ContactRouting.Routing;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.OwnApi;

/// <summary>What an answer shows of contacts beside what always stands in it.</summary>
/// <param name="Position">The place in the line and the likely wait: for each line, its keys are read, and those of its units.</param>
/// <param name="Decision">The newest decision: it costs nothing.</param>
internal readonly record struct ContactParts(bool Position, bool Decision)
{
    private static readonly string[] Known = ["position", "estimatedWaitSeconds", "decision"];

    /// <exception cref="DomainException">A part is not known, or not for the caller.</exception>
    public static ContactParts Read(HttpRequest request, RoutingCaller caller)
    {
        var names = Fields.FromQuery(request).WordList("include", Known);
        if (caller.IsGuest && names.Contains("decision"))
            throw DomainException.Forbidden("A decision tells of agents, and is no guest's to read.");
        return new ContactParts(names.Any(name => name != "decision"), names.Contains("decision"));
    }
}

/// <summary>A contact as every answer shows it.</summary>
internal sealed class ContactView(WaitingRows waiting, DirectoryStore directories, PresenceReader presence)
{
    /// <summary>How far places in a line are counted.</summary>
    private const int MaxPosition = 1000;

    /// <summary>So many lines are counted at the same time.</summary>
    private const int Parallelism = 32;

    public async Task<IReadOnlyDictionary<string, object?>> ShowAsync(
        int accountId,
        Contact contact,
        ContactParts parts,
        CancellationToken cancellationToken
    ) => (await ShowAsync(accountId, [contact], parts, cancellationToken))[0];

    public async Task<IReadOnlyList<IReadOnlyDictionary<string, object?>>> ShowAsync(
        int accountId,
        IReadOnlyList<Contact> contacts,
        ContactParts parts,
        CancellationToken cancellationToken
    )
    {
        var shown = contacts.Select(contact => Show(contact, parts)).ToList();
        if (!parts.Position) return shown;
        var waits = contacts.Zip(shown).Where(entry => entry.First is { State: ContactState.Queued, External: false })
            .GroupBy(entry => entry.First.Line).ToList();
        if (waits.Count == 0) return shown;
        var directory = await directories.GetRecentAsync(accountId, cancellationToken);
        foreach (var lines in waits.Chunk(Parallelism))
            await Task.WhenAll(lines.Select(line => AddPositionsAsync(directory, line.Key, [.. line], cancellationToken)));
        return shown;
    }

    /// <summary>
    /// How long a contact at a position is likely to wait: as many rounds of the usual handling time as it takes until
    /// the logged-in agents get to it.
    /// </summary>
    public static int Estimate(AccountDirectory directory, Line line, int position, int agents) =>
        (int)Math.Ceiling((double)position / Math.Max(1, agents))
        * (line.QueueIn(directory)?.ExpectedHandleSeconds ?? new Queue().ExpectedHandleSeconds);

    private static Dictionary<string, object?> Show(Contact contact, ContactParts parts)
    {
        var shown = ContactFacts.Of(contact);
        if (parts.Position) (shown["position"], shown["estimatedWaitSeconds"]) = (null, null);
        if (parts.Decision) shown["decision"] = contact.Decision;
        return shown;
    }

    /// <summary>A read of keys of the line, and one of keys a unit, however many of its contacts are shown.</summary>
    private async Task AddPositionsAsync(
        AccountDirectory directory,
        Line line,
        IReadOnlyList<(Contact Contact, Dictionary<string, object?> Shown)> waits,
        CancellationToken cancellationToken
    )
    {
        var places = waits.Select(wait => wait.Contact.Waiting.Place).ToList();
        var inFront = await waiting.CountInFrontAsync(directory.AccountId, line, places, cancellationToken);
        int? staff = null;
        foreach (var (contact, shown) in waits)
        {
            var position = inFront[contact.Waiting.Place] + 1;
            if (position > MaxPosition)
            {
                shown["positionAtLeast"] = position;
                continue;
            }
            staff ??= await presence.StaffAsync(directory, line, cancellationToken);
            (shown["position"], shown["estimatedWaitSeconds"]) = (position, Estimate(directory, line, position, staff.Value));
        }
    }
}
