// Gives Swift the parts of libedit it cannot call itself. Nothing here decides anything.
#ifndef TCBSH_CLIBEDIT_SHIM_H
#define TCBSH_CLIBEDIT_SHIM_H

#include <histedit.h>
#include <locale.h>
#include <wchar.h>

// The type libedit keeps internally for a function bound to a key; histedit.h does not name it.
typedef unsigned char (*tcb_edit_key_function)(EditLine *, wint_t);
typedef wchar_t *(*tcb_edit_prompt_function)(EditLine *);

// Swift 6 refuses the C globals `stdin`, `stdout` and `stderr` as shared mutable state.
static inline EditLine *tcb_edit_open(const char *program) {
  return el_init(program, stdin, stdout, stderr);
}

// What follows exists because el_set, el_wset, el_get and history_w are variadic, which Swift
// cannot call. One wrapper for each operation in use, so that its argument types are checked.

// `literal` opens and closes runs of the prompt that take no room on the screen (colours).
static inline int tcb_edit_set_prompt(EditLine *edit, tcb_edit_prompt_function prompt, wchar_t literal) {
  return el_wset(edit, EL_PROMPT_ESC, prompt, literal);
}

static inline int tcb_edit_set_editor(EditLine *edit, const char *name) {
  return el_set(edit, EL_EDITOR, name);
}

// Non-zero makes libedit install handlers that signal the whole process group.
static inline int tcb_edit_set_signal_handling(EditLine *edit, int handles) {
  return el_wset(edit, EL_SIGNAL, handles);
}

// history_w itself is variadic too, so that only C can take it as a function pointer.
static inline int tcb_edit_set_history(EditLine *edit, HistoryW *history) {
  return el_wset(edit, EL_HIST, history_w, history);
}

// The narrow call: names are ASCII, and it copies them. The function receives wide characters.
static inline int tcb_edit_add_function(EditLine *edit, const char *name, const char *summary,
                                        tcb_edit_key_function function) {
  return el_set(edit, EL_ADDFN, name, summary, function);
}

static inline int tcb_edit_bind(EditLine *edit, const char *key, const char *function) {
  return el_set(edit, EL_BIND, key, function, NULL);
}

static inline int tcb_edit_set_reader(EditLine *edit, el_rfunc_t reader) {
  return el_wset(edit, EL_GETCFN, reader);
}

static inline int tcb_edit_set_client_data(EditLine *edit, void *data) {
  return el_wset(edit, EL_CLIENTDATA, data);
}

static inline void *tcb_edit_client_data(EditLine *edit) {
  void *data = NULL;
  return el_wget(edit, EL_CLIENTDATA, &data) == 0 ? data : NULL;
}

// 1 puts the terminal into the editing mode, 0 back into the one it was found in.
static inline int tcb_edit_prepare_terminal(EditLine *edit, int editing) {
  return el_wset(edit, EL_PREP_TERM, editing);
}

// Draws prompt and line anew, taking the cursor to be in the first column.
static inline int tcb_edit_refresh(EditLine *edit) {
  return el_wset(edit, EL_REFRESH);
}

static inline int tcb_history_set_size(HistoryW *history, int size) {
  HistEventW event;
  return history_w(history, &event, H_SETSIZE, size);
}

static inline int tcb_history_enter(HistoryW *history, const wchar_t *entry) {
  HistEventW event;
  return history_w(history, &event, H_ENTER, entry);
}

// Columns a character takes, -1 when it has no form. The header hides it without _XOPEN_SOURCE,
// which Swift's own C library module does not set.
extern int wcwidth(wchar_t character);

static inline int tcb_columns_of(wchar_t character) {
  return wcwidth(character);
}

#endif
