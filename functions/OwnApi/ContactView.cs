using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Presence;
using ContactRouting.Routing;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.OwnApi;

/// <summary>What an answer shows of contacts beside what always stands in it.</summary>
/// <param name="Position">The place in the line and the likely wait: reads its line's keys.</param>
internal readonly record struct ContactParts(bool Position, bool Decision)
{
    private static readonly string[] Known = ["position", "estimatedWaitSeconds", "decision"];

    /// <exception cref="DomainException">A part is not known.</exception>
    public static ContactParts Read(HttpRequest request)
    {
        var names = request.Query["include"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (names.Except(Known).Any()) throw DomainException.Invalid("include", $"must be a list of {string.Join(", ", Known)}.");
        return new ContactParts(names.Any(name => name != "decision"), names.Contains("decision"));
    }
}

/// <summary>A contact as every answer shows it.</summary>
internal sealed class ContactView(WaitingRows waiting, DirectoryStore directories, PresenceReader presence)
{
    /// <summary>How far places in a line are counted.</summary>
    private const int MaxPosition = 1000;

    public async Task<IReadOnlyDictionary<string, object?>> ShowAsync(
        int accountId,
        Contact contact,
        ContactParts parts,
        CancellationToken cancellationToken
    )
    {
        var shown = ContactFacts.Of(contact);
        if (parts.Position) await AddPositionAsync(accountId, contact, shown, cancellationToken);
        if (parts.Decision) shown["decision"] = contact.Decision;
        return shown;
    }

    public async Task<IReadOnlyList<object>> ShowAsync(
        int accountId,
        IReadOnlyList<Contact> contacts,
        ContactParts parts,
        CancellationToken cancellationToken
    )
    {
        var shown = new List<object>();
        foreach (var contact in contacts) shown.Add(await ShowAsync(accountId, contact, parts, cancellationToken));
        return shown;
    }

    /// <summary>
    /// How long a contact at a position is likely to wait: as many rounds of the usual handling time as it takes until
    /// the logged-in agents get to it.
    /// </summary>
    public static int Estimate(AccountDirectory directory, Line line, int position, int agents) =>
        (int)Math.Ceiling((double)position / Math.Max(1, agents))
        * (line.QueueIn(directory)?.ExpectedHandleSeconds ?? new Queue().ExpectedHandleSeconds);

    /// <summary>A read of keys of the line, and one of keys a unit.</summary>
    private async Task AddPositionAsync(
        int accountId,
        Contact contact,
        Dictionary<string, object?> shown,
        CancellationToken cancellationToken
    )
    {
        (shown["position"], shown["estimatedWaitSeconds"]) = (null, null);
        if (contact is not { State: ContactState.Queued, External: false }) return;
        var position = await waiting.CountAsync(accountId, contact.Line, cancellationToken, contact.Waiting.Place) + 1;
        if (position > MaxPosition)
        {
            shown["positionAtLeast"] = position;
            return;
        }
        var directory = await directories.GetRecentAsync(accountId, cancellationToken);
        var staff = await presence.StaffAsync(directory, contact.Line, cancellationToken);
        (shown["position"], shown["estimatedWaitSeconds"]) = (position, Estimate(directory, contact.Line, position, staff));
    }
}
