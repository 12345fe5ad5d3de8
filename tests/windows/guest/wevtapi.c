/* wevtapi.dll for Wine, whose own has no event channels: what the agent asks of Windows, answered out of files.
 *
 * EVENT_CHANNELS names a folder. A channel is a file there, called as Windows calls its own ("/" is "%4") with .xml for
 * .evtx: one event a line, UTF-8. Beside it, NAME.denied refuses to be read and NAME.off says that it is switched off.
 * A file that is not there is a channel that is not there.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#define CHANNEL_NOT_FOUND 15007
#define INVALID_QUERY 15001
#define NEWEST_FIRST 0x200
#define LONGEST_LINE 200000

typedef struct {
    wchar_t path[1024];
    char wanted[1024]; /* the query */
    long at;           /* how far it has been read */
    long ends[4096];   /* newest first: where each event begins, the next to be told last */
    int left;
    int newest_first;
    HANDLE signal;
    volatile int closed;
    char *event; /* set for one event */
} Handle;

static int there(const wchar_t *path, const wchar_t *ending)
{
    wchar_t name[1100];
    swprintf(name, 1100, L"%ls%ls", path, ending);
    return GetFileAttributesW(name) != INVALID_FILE_ATTRIBUTES;
}

static Handle *open_channel(const wchar_t *channel, const wchar_t *query)
{
    Handle *made = calloc(1, sizeof *made);
    int at = GetEnvironmentVariableW(L"EVENT_CHANNELS", made->path, 700);
    made->path[at++] = '\\';
    for (; *channel && at < 900; channel++) {
        if (*channel == '/')
            made->path[at++] = '%', made->path[at++] = '4';
        else
            made->path[at++] = *channel;
    }
    if (query)
        snprintf(made->wanted, sizeof made->wanted, "%ls", query);
    DWORD error = there(made->path, L".denied")                            ? ERROR_ACCESS_DENIED
                  : !there(made->path, L".xml")                            ? CHANNEL_NOT_FOUND
                  : query && !strstr(made->wanted, "*[System[Provider[@Name='") ? INVALID_QUERY
                                                                           : 0;
    if (!error)
        return made;
    free(made);
    SetLastError(error);
    return NULL;
}

static FILE *file_of(Handle *of)
{
    wchar_t name[1100];
    swprintf(name, 1100, L"%ls.xml", of->path);
    return _wfopen(name, L"rb");
}

/* The next event that is wanted, from where the file stands; NULL at the end or at half a line. */
static char *next_line(Handle *of, FILE *file)
{
    static char line[LONGEST_LINE];
    while (fgets(line, sizeof line, file) && strchr(line, '\n')) {
        char number[32], *id = strstr(line, "<EventID>");
        of->at = ftell(file);
        *strchr(line, '\n') = 0;
        if (!id)
            return line;
        snprintf(number, sizeof number, "EventID=%d", atoi(id + 9));
        if (strstr(of->wanted, number))
            return line;
    }
    return NULL;
}

static DWORD WINAPI watch(void *given)
{
    Handle *of = given;
    while (!of->closed) {
        FILE *file = file_of(of);
        if (file) {
            fseek(file, 0, SEEK_END);
            if (ftell(file) > of->at)
                SetEvent(of->signal);
            fclose(file);
        }
        Sleep(20);
    }
    return 0;
}

void *WINAPI EvtSubscribe(void *session, HANDLE signal, const wchar_t *channel, const wchar_t *query, void *bookmark,
                          void *context, void *callback, DWORD flags)
{
    Handle *made = open_channel(channel, query);
    if (!made)
        return NULL;
    FILE *file = file_of(made);
    fseek(file, 0, SEEK_END);
    made->at = ftell(file);
    fclose(file);
    made->signal = signal;
    CloseHandle(CreateThread(NULL, 0, watch, made, 0, NULL));
    return made;
}

void *WINAPI EvtQuery(void *session, const wchar_t *channel, const wchar_t *query, DWORD flags)
{
    Handle *made = open_channel(channel, query);
    if (!made)
        return NULL;
    made->newest_first = !!(flags & NEWEST_FIRST);
    FILE *file = file_of(made);
    for (long begins = 0; made->left < 4096 && next_line(made, file); begins = made->at)
        made->ends[made->left++] = begins;
    fclose(file);
    made->at = 0;
    return made;
}

BOOL WINAPI EvtNext(void *results, DWORD count, void **events, DWORD timeout, DWORD flags, DWORD *returned)
{
    Handle *of = results;
    FILE *file = file_of(of);
    *returned = 0;
    while (file && *returned < count && !(of->newest_first && !of->left)) {
        fseek(file, of->newest_first ? of->ends[--of->left] : of->at, SEEK_SET);
        char *line = next_line(of, file);
        if (!line)
            break;
        Handle *event = calloc(1, sizeof *event);
        event->event = _strdup(line);
        events[(*returned)++] = event;
    }
    if (file)
        fclose(file);
    SetLastError(ERROR_NO_MORE_ITEMS);
    return *returned > 0;
}

BOOL WINAPI EvtRender(void *context, void *event, DWORD flags, DWORD size, void *buffer, DWORD *used, DWORD *properties)
{
    const char *text = ((Handle *)event)->event;
    DWORD needed = MultiByteToWideChar(CP_UTF8, 0, text, -1, NULL, 0) * sizeof(wchar_t);
    *used = needed;
    *properties = 0;
    if (flags != 1 || needed > size) {
        SetLastError(flags != 1 ? ERROR_INVALID_PARAMETER : ERROR_INSUFFICIENT_BUFFER);
        return FALSE;
    }
    MultiByteToWideChar(CP_UTF8, 0, text, -1, buffer, size / sizeof(wchar_t));
    return TRUE;
}

void *WINAPI EvtOpenChannelConfig(void *session, const wchar_t *channel, DWORD flags)
{
    return open_channel(channel, NULL);
}

BOOL WINAPI EvtGetChannelConfigProperty(void *config, int property, DWORD flags, DWORD size, void *variant, DWORD *used)
{
    *used = 16;
    if (property != 0 || size < 16) {
        SetLastError(property ? ERROR_INVALID_PARAMETER : ERROR_INSUFFICIENT_BUFFER);
        return FALSE;
    }
    DWORD value[4] = {!there(((Handle *)config)->path, L".off"), 0, 0, 13};
    memcpy(variant, value, sizeof value);
    return TRUE;
}

BOOL WINAPI EvtClose(void *handle)
{
    Handle *of = handle;
    free(of->event);
    if (of->signal)
        of->closed = 1; /* its watcher may still look at it */
    else
        free(of);
    return TRUE;
}
